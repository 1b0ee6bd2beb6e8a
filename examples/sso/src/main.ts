import { writeSync } from 'node:fs';
import process from 'node:process';
import { startAll } from './start-all.ts';

const STDOUT = 1;

const { stop, urls } = await startAll(process.env);
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => void stop().then(() => process.exit(0)));

writeSync(
  STDOUT,
  `Single sign-on: provider ${urls.provider}, portal ${urls.portal}, reports ${urls.reports}, billing ${urls.billing}

Open ${urls.portal}/ in a browser and sign in as vitor / 123. Reports and Billing are open then; "Sign out" closes both.
"Connect a program" gives a pair for one that has no browser:

  curl -s ${urls.reports}/reports -H 'Authorization: Bearer <access>'
  curl -s ${urls.billing}/invoices -H 'Authorization: Bearer <access>'
  curl -s -X POST ${urls.portal}/api/programs/token/refresh -d refresh=<refresh>

`,
);
