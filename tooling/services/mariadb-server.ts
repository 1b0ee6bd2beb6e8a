import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { findProgram } from './service-test.ts';

/** A MariaDB server of a suite's own, on 127.0.0.1, with its data in a temporary folder. */
export interface MariadbServer {
  readonly port: number;
  /** Another one after each restart. */
  readonly pid: number;
  readonly folder: string;
  /** Of its database `test`, as a superuser without a password; the server listens on the loopback address alone. */
  readonly url: string;
  /** Ends it as a crash would: SIGKILL. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again, after a kill of its own if it still runs; resolves when it has recovered and answers. */
  restart(): Promise<void>;
  /** Ends it and removes the folder; does nothing the second time. */
  stop(): Promise<void>;
}

export interface MariadbServerOptions {
  /** Path of `mariadbd`. @default the one that `findProgram` finds */
  readonly program?: string;
  /** Settings as on its command line, such as `{ 'innodb-flush-log-at-trx-commit': '2' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

const SETTINGS = {
  'bind-address': '127.0.0.1',
  'skip-name-resolve': 'ON',
  'innodb-buffer-pool-size': '32M',
  'max-connections': '200',
};
const LOG_SIZE = '--innodb-log-file-size=16M';
const PATIENCE_MS = 30_000;

/**
 * Makes a data folder and starts a server on it. Commits are flushed as by default, so what it acknowledges survives `kill()`.
 *
 * @example
 * ```ts
 * const server = await startMariadb();
 * onTestFinished(() => server.stop());
 * const pool = createPool(server.url);
 * ```
 */
export async function startMariadb(options: MariadbServerOptions = {}): Promise<MariadbServer> {
  const program = options.program ?? findProgram('mariadbd') ?? 'mariadbd';
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-mariadb-'));
  const data = join(folder, 'data');
  // It refuses to run as root unless told to; a server that starts takes away what others have in a shared folder for temporary tables.
  const base = [`--user=${userInfo().username}`, `--datadir=${data}`, `--tmpdir=${folder}`, LOG_SIZE];
  let child: ChildProcess | undefined;

  const killAtExit = (): void => void child?.kill('SIGKILL');

  async function end(): Promise<void> {
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    child = undefined;
  }

  async function start(port: number): Promise<void> {
    const settings = { ...SETTINGS, ...options.settings, port: `${port}`, socket: join(folder, 'socket') };
    const flags = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
    child = spawn(program, ['--no-defaults', ...base, ...flags], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await ready(child, port);
  }

  async function stop(): Promise<void> {
    process.off('exit', killAtExit);
    await end();
    rmSync(folder, { recursive: true, force: true });
  }

  process.on('exit', killAtExit);
  try {
    await initialize(program, data, base);
    const port = await freePort();
    await start(port);
    return {
      port,
      folder,
      url: `mysql://root@127.0.0.1:${port}/test`,
      get pid() {
        return child?.pid ?? 0;
      },
      kill: end,
      async restart() {
        await end();
        await start(port);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

// What mariadb-install-db does, which needs the programs of the client's package.
async function initialize(program: string, data: string, base: readonly string[]): Promise<void> {
  mkdirSync(data);
  const scripts = ['mysql_system_tables.sql', 'mysql_system_tables_data.sql'].map((name) =>
    readFileSync(join('/usr/share/mysql', name), 'utf8'),
  );
  const child = spawn(program, ['--no-defaults', '--bootstrap', ...base], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-4_000);
  });
  child.stdin.end(
    ['CREATE DATABASE mysql;', 'USE mysql;', ...scripts, 'CREATE DATABASE test;', ''].join('\n'),
  );
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`MariaDB could not make its data folder.\n${log}`);
}

/** Waits until the port answers: a server that starts speaks first. */
async function ready(child: ChildProcess, port: number): Promise<void> {
  let log = '';
  let failure: unknown;
  child.once('error', (error) => {
    failure = error;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-4_000);
  });
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; await sleep(20)) {
    if (await greets(port)) return;
    if (child.exitCode !== null || child.signalCode !== null || failure !== undefined) break;
  }
  child.kill('SIGKILL');
  throw new Error(`MariaDB did not start.\n${log}`, { cause: failure });
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const tell = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', tell(true)).once('error', tell(false)).once('close', tell(false));
  });
}
