// `npm run production:load [-- --seconds <number>] [--clients <number>] [--store redis|postgres]`: hello and refresh through nginx, two workers,
// beside the same app without authentication. The clients share the machine's cores with everything else.
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { formatTable, type Row } from '../campaign/report.ts';
import { measure } from './load.ts';
import { type StackOptions, startStack } from './stack.ts';

const NAME = 'nina';
const PASSWORD = 'swordfish-1';

const { clients, seconds, store } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    clients: { type: 'string', default: '32' },
    store: { type: 'string', default: 'redis' },
  },
}).values;
if (!(Number(seconds) > 0 && Number(clients) >= 1) || (store !== 'redis' && store !== 'postgres')) {
  console.error(
    'Usage: npm run production:load -- [--seconds <number>] [--clients <number>] [--store redis|postgres]',
  );
  process.exit(2);
}

// With an exit of its own, so that what was started goes too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

async function run(app: string, options: StackOptions): Promise<readonly Row[]> {
  const stack = await startStack(options);
  try {
    stack.addUser(NAME, PASSWORD);
    return await measure({
      stack,
      app,
      clients: Number(clients),
      seconds: Number(seconds),
      enter: async (client) => {
        if (options.main === undefined) await client.logIn(NAME, PASSWORD);
      },
    });
  } finally {
    await stack.stop();
  }
}

const open = fileURLToPath(new URL('./open-main.ts', import.meta.url));
const rows = [...(await run('open', { main: open, store })), ...(await run('tokenpair', { store }))];
console.log(
  `${clients} clients, ${seconds} s each, nginx with TLS, 2 workers, ${store}, all on this machine`,
);
console.log(
  formatTable(rows.toSorted((one, other) => String(one['request']).localeCompare(String(other['request'])))),
);
