import { createServer } from 'node:http';
import process from 'node:process';
import { auditLog } from '@tokenpair/core/audit';
import { createListener } from './app.ts';
import { drain, listen } from './server.ts';
import { openService, type Service } from './service.ts';
import { readSettings } from './settings.ts';
import { StartError } from './start-error.ts';

async function start(): Promise<void> {
  const settings = readSettings(process.env);
  const service = await openService(settings);
  logEvents(service);
  await service.auth.ready();
  const server = createServer(await createListener(service));
  const url = await listen(server, settings);
  console.info(`listening on ${url}`);

  const end = async (): Promise<void> => {
    await drain(server);
    await service.close();
    console.info('ended');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end());
}

/** Logins and sessions as an audit log, and what whoever runs the app should look at. Neither has a token or a password in it. */
function logEvents({ auth }: Service): void {
  auditLog(auth, (record) => console.info(JSON.stringify(record)));
  auth.events.on('store.warning', (warning) => console.warn(JSON.stringify(warning)));
  auth.events.on('backend.failed', ({ cause }) => console.error('a call that the app makes failed:', cause));
}

try {
  await start();
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(error.message);
  process.exit(1);
}
