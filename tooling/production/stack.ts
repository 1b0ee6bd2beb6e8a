/**
 * All of production on this machine: nginx, the cluster, and a Redis or PostgreSQL, each a process of its own on a free port, everything they
 * write in one temporary folder. `npm run production` and the tests start it here.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillTemplate, NGINX_DEFAULTS } from '../../examples/production/src/nginx/fill-template.ts';
import { freePort } from '../services/free-port.ts';
import { startPostgres } from '../services/postgres-server.ts';
import { startRedis } from '../services/redis-server.ts';
import { makeCertificate } from './certificate.ts';
import { type Child, startChild } from './child.ts';
import { startNginx } from './nginx-server.ts';

export interface StackOptions {
  /** @default redis */
  readonly store?: 'redis' | 'postgres';
  /** Settings of the service that differ. */
  readonly env?: Readonly<Record<string, string>>;
  /** Changes nginx's configuration. @default as it ships */
  readonly conf?: (
    conf: string,
    stack: { readonly folder: string; readonly appPort: number },
  ) => string | Promise<string>;
  /** What the primary runs. @default the example's main module */
  readonly main?: string;
}

/** A line of the service's log. */
export type LogLine = Readonly<Record<string, unknown>>;

export interface Stack {
  /** Where people reach it, such as `https://localhost:8443`. */
  readonly origin: string;
  readonly httpOrigin: string;
  /** Where the workers are, behind nginx. */
  readonly appUrl: string;
  readonly metricsUrl: string;
  /** The certificate's file. */
  readonly certificate: string;
  readonly folder: string;
  readonly app: Child;
  /** What the service has logged so far. */
  logged(): readonly LogLine[];
  /** The next line for which this holds, or one that is there already. */
  untilLogged(holds: (line: LogLine) => boolean): Promise<LogLine>;
  /** Process ids of the workers that serve. */
  workers(): readonly number[];
  /** What nginx has logged: our two logs, and the one of everything that has none of its own. */
  nginxLogs(): string;
  addUser(name: string, password: string): void;
  /** Has the database stand still: it takes connections and answers nothing. */
  readonly database: { pause(): void; resume(): void };
  /** Ends everything and removes the folder; does nothing the second time. */
  stop(): Promise<void>;
}

const EXAMPLE = fileURLToPath(new URL('../../examples/production/', import.meta.url));
const PATIENCE_MS = 30_000;

/** Starts it; resolves when all of it answers. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-production-'));
  const ends: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    return await start(options, folder, ends, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  { conf = (text) => text, env = {}, main = join(EXAMPLE, 'dist/main.js'), store = 'redis' }: StackOptions,
  folder: string,
  ends: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<Stack> {
  const [httpPort, httpsPort] = [await freePort(), await freePort()];
  const origin = `https://localhost:${httpsPort}`;
  const [database, { certificate, key }] = await Promise.all([
    store === 'redis' ? startRedis() : startPostgres(),
    makeCertificate(folder),
  ]);
  ends.push(() => database.stop());

  const settings = {
    PATH: process.env['PATH'],
    PORT: '0',
    METRICS_PORT: '0',
    WORKERS: '2',
    STORE_URL: database.url,
    KEYS_FILE: join(folder, 'data/keys.json'),
    ISSUER: origin,
    ...env,
  };
  const lines: LogLine[] = [];
  const seen = new Set<() => void>();
  const app = startChild(process.execPath, [main], {
    env: settings,
    cwd: folder,
    onLine(line) {
      if (!line.startsWith('{')) return;
      lines.push(JSON.parse(line));
      for (const look of seen) look();
    },
  });
  ends.push(() => app.stop());

  const untilLogged = (holds: (line: LogLine) => boolean): Promise<LogLine> =>
    new Promise((resolve, reject) => {
      const settle = (then: () => void): void => {
        clearTimeout(timer);
        seen.delete(look);
        then();
      };
      const fail = (why: string): void =>
        settle(() => reject(new Error(`the service ${why}:\n${app.output().slice(-2_000)}`)));
      const timer = setTimeout(() => fail('did not log what was waited for'), PATIENCE_MS);
      const look = (): void => {
        const found = lines.find(holds);
        if (found !== undefined) settle(() => resolve(found));
      };
      seen.add(look);
      void app.ended.then(() => fail('ended'));
      look();
    });

  const started = await untilLogged(({ event }) => event === 'sys_startup');
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  const template = readFileSync(join(EXAMPLE, 'nginx/tokenpair.conf.template'), 'utf8');
  const filled = fillTemplate(template, {
    ...NGINX_DEFAULTS,
    HTTP_PORT: String(httpPort),
    HTTPS_PORT: String(httpsPort),
    ORIGIN: origin,
    SERVER_NAME: 'localhost',
    UPSTREAM: `127.0.0.1:${started['port']}`,
    CERTIFICATE: certificate,
    CERTIFICATE_KEY: key,
    PAGE: join(EXAMPLE, 'page'),
    LOGS: logs,
    ACME: join(folder, 'acme'),
    // Everybody here has one address.
    LOGIN_LIMIT: '1000r/s',
    LOGIN_BURST: '1000',
  });
  const nginx = await startNginx({
    folder,
    conf: await conf(filled, { folder, appPort: Number(started['port']) }),
    port: httpsPort,
  });
  ends.push(() => nginx.stop('SIGQUIT'));

  return {
    origin,
    httpOrigin: `http://localhost:${httpPort}`,
    appUrl: `http://127.0.0.1:${started['port']}`,
    metricsUrl: `http://127.0.0.1:${started['metrics']}/metrics`,
    certificate,
    folder,
    app,
    logged: () => lines,
    untilLogged,
    workers: () => servingIn(lines),
    nginxLogs: () =>
      ['logs/access.log', 'logs/error.log', 'nginx.log']
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .join(''),
    database: {
      pause: () => void process.kill(database.pid, 'SIGSTOP'),
      resume: () => void process.kill(database.pid, 'SIGCONT'),
    },
    addUser: (name, password) => addUser(settings, folder, name, password),
    stop,
  };
}

function servingIn(lines: readonly LogLine[]): readonly number[] {
  const serving = new Set<number>();
  for (const { msg, worker } of lines) {
    if (typeof worker !== 'number') continue;
    if (msg === 'ready') serving.add(worker);
    else if (msg === 'crashed' || msg === 'retired') serving.delete(worker);
  }
  return [...serving];
}

function addUser(env: NodeJS.ProcessEnv, cwd: string, name: string, password: string): void {
  const command = join(EXAMPLE, 'dist/add-user.js');
  const done = spawnSync(process.execPath, [command, name], {
    cwd,
    env,
    input: `${password}\n`,
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(`add-user: ${done.stderr}`);
}
