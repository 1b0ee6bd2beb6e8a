import { writeSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import process from 'node:process';
import { usesSecret } from '../keys/load-keys.ts';
import { createService, type Service } from '../service/create-service.ts';
import { type Environment, readSettings } from '../settings/read-settings.ts';
import { StartError } from '../start-error.ts';
import { drainable } from './drain.ts';
import { listen } from './listen.ts';
import { plainTarget } from './request-target.ts';
import { urlOf, welcome } from './welcome.ts';

/** What a framework makes of the service. */
export interface Example {
  /** For people. */
  readonly framework: string;
  readonly env: Environment;
  readonly listener: (service: Service) => RequestListener | Promise<RequestListener>;
}

const STDOUT = 1;
const STDERR = 2;

/** Runs the service until SIGTERM or SIGINT. What keeps it from starting is told in one line each, with exit code 1, and 78 for the settings. */
export async function runService(example: Example): Promise<void> {
  try {
    await start(example);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    writeSync(STDERR, `${error.lines.join('\n')}\n`);
    process.exit(error.exitCode);
  }
}

async function start({ framework, env, listener }: Example): Promise<void> {
  const settings = readSettings(env);
  const service = await createService(settings);
  const handle = await listener(service);
  const server = createServer((request, response) => {
    request.url = plainTarget(request.url ?? '');
    handle(request, response);
  });
  const drain = drainable(server);
  const port = await listen(server, settings);
  endOnSignal(server, drain, service);
  writeSync(STDOUT, welcome(framework, urlOf(settings.host, port)));
  announce(service);
}

function announce({ log, settings }: Service): void {
  const { host, port, store, alg, secret } = settings;
  log.info({ host, port, store: store.kind, alg }, 'listening');
  if (secret !== undefined && !usesSecret(alg)) log.warn(`TOKENPAIR_SECRET is not used with ALG=${alg}`);
}

/** A second signal does not wait for requests under way. */
function endOnSignal(server: Server, drain: () => Promise<void>, service: Service): void {
  let ending = false;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (ending) return server.closeAllConnections();
    ending = true;
    service.log.info({ signal }, 'draining');
    await drain();
    await service.close();
    service.log.info('ended');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal));
}
