import { algorithmChecks } from './algorithms.mjs';
import { keyChecks } from './keys.mjs';
import { sessionChecks } from './sessions.mjs';
import { equal, makeAuth, SECRET } from './support.mjs';
import { verificationChecks } from './verification.mjs';

const UNHANDLED_WAIT_MS = 20;

/**
 * Runs every check on this runtime, one after the other.
 *
 * @param fixtures made on Node by node-side.mjs
 * @param {string[]} unhandled what `watchUnhandled` gave, before anything else ran
 * @returns how each check ended, and an access token for each algorithm, for Node to verify
 */
export async function runSuite(fixtures, unhandled) {
  const tokens = {};
  const checks = [
    {
      name: `core is on the ${fixtures.engine} engine`,
      run: () => equal(engineOf(makeAuth().auth), fixtures.engine),
    },
    ...algorithmChecks(fixtures, tokens),
    ...verificationChecks(),
    ...sessionChecks(),
    ...keyChecks(fixtures),
    {
      name: 'nothing was rejected without being handled, but what this check rejects',
      async run() {
        void Promise.reject(new Error('on purpose'));
        await new Promise((resolve) => setTimeout(resolve, UNHANDLED_WAIT_MS));
        equal(unhandled, ['Error: on purpose']);
      },
    },
  ];
  const results = [];
  for (const { name, run } of checks) results.push({ name, error: await errorOf(run) });
  return { results, tokens };
}

async function errorOf(run) {
  try {
    await run();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** The engine on node:crypto answers at once, the one on WebCrypto later. */
function engineOf(auth) {
  const published = auth.keys.access.publish({ alg: 'HS512', secret: SECRET.toReversed() });
  return typeof published === 'string' ? 'node' : 'jose';
}

/** Collects what is rejected and handled by nobody, from now on. workerd listens at the top of a module alone. */
export function watchUnhandled() {
  const reasons = [];
  if (globalThis.process?.on !== undefined) {
    process.on('unhandledRejection', (reason) => reasons.push(String(reason)));
  } else {
    addEventListener('unhandledrejection', (event) => reasons.push(String(event.reason)));
  }
  return reasons;
}
