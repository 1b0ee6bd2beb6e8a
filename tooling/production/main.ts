// `npm run production [-- --store postgres]`: all of production on this machine, until Ctrl-C.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { startStack } from './stack.ts';

const NAME = 'nina';
const PASSWORD = 'swordfish-1';

const { store } = parseArgs({ options: { store: { type: 'string', default: 'redis' } } }).values;
if (store !== 'redis' && store !== 'postgres') {
  console.error('--store must be redis or postgres');
  process.exit(2);
}

// Before anything is started, so that it goes whenever the end comes.
const ended = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
});

const began = performance.now();
const stack = await startStack({ store });
stack.addUser(NAME, PASSWORD);
const seconds = ((performance.now() - began) / 1000).toFixed(1);
const { appUrl, certificate, folder, metricsUrl, origin } = stack;
const jar = `${folder}/cookies`;
const curl = `curl -s --cacert ${certificate} -b ${jar} -c ${jar}`;
console.log(`Up in ${seconds} s: nginx on ${origin}, two workers on ${appUrl}, ${store}; everything is in ${folder}

The page: ${origin} (the certificate signs itself). Sign in as ${NAME} / ${PASSWORD}

  ${curl} -H 'Origin: ${origin}' ${origin}/api/token/ -d 'username=${NAME}&password=${PASSWORD}'
  ${curl} ${origin}/api/hello
  ${curl} -H 'Origin: ${origin}' -X POST ${origin}/api/token/refresh
  ${curl} -H 'Origin: ${origin}' -X POST ${origin}/api/token/logout

Replace the workers one after the other: kill -HUP ${stack.app.process.pid}
Metrics: curl -s ${metricsUrl}
Ctrl-C ends all of it.`);

await Promise.race([ended, stack.app.ended]);
await stack.stop();
