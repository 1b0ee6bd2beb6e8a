import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { accessSync, chownSync, constants, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { findProgram } from './service-test.ts';

/** A PostgreSQL server of a suite's own, on 127.0.0.1, with its data in a temporary folder. */
export interface PostgresServer {
  readonly port: number;
  /** Of the postmaster; another one after each restart. */
  readonly pid: number;
  readonly folder: string;
  /** Superuser without a password; the server listens on the loopback address alone. */
  readonly url: string;
  /** Ends it as a crash would: SIGKILL. Resolves when its backends have gone too and the port is closed. */
  kill(): Promise<void>;
  /** Starts it again, after a kill of its own if it still runs; resolves when it has recovered and answers. */
  restart(): Promise<void>;
  /** Ends it and removes the folder; does nothing the second time. */
  stop(): Promise<void>;
}

export interface PostgresServerOptions {
  /** Path of `postgres`. @default the one that `findProgram` finds */
  readonly program?: string;
  /** Settings as in postgresql.conf, such as `{ fsync: 'off' }`. */
  readonly settings?: Readonly<Record<string, string>>;
}

interface RunningServer {
  readonly child: ChildProcess;
  /** Resolves when the last process that shares its stderr has ended: the postmaster and every backend. */
  readonly closed: Promise<unknown>;
  /** What it wrote to its log so far. */
  readonly log: () => string;
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '32MB',
};
const PATIENCE_MS = 20_000;
const UNPRIVILEGED = 65_534; // PostgreSQL refuses to run as root

/**
 * Makes a cluster and starts a server on it. `fsync` stays on, so what it acknowledges survives `kill()`.
 *
 * @example
 * ```ts
 * const server = await startPostgres();
 * onTestFinished(() => server.stop());
 * const pool = new Pool({ connectionString: server.url });
 * ```
 */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const program = options.program ?? findProgram('postgres') ?? 'postgres';
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-postgres-'));
  const data = join(folder, 'data');
  const account = accountFor(folder);
  let running: RunningServer | undefined;

  function killAtExit(): void {
    running?.child.kill('SIGKILL');
  }

  async function end(signal: 'SIGKILL' | 'SIGQUIT'): Promise<void> {
    running?.child.kill(signal);
    await running?.closed;
    running = undefined;
  }

  async function start(port: number): Promise<void> {
    const settings = { ...SETTINGS, ...options.settings, port: String(port) };
    const values = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(program, ['-D', data, ...values], {
      ...account,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    running = { child, closed: closeOf(child), log: keepLog(child) };
    await ready(running, data);
  }

  async function stop(): Promise<void> {
    process.off('exit', killAtExit);
    await end('SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  }

  process.on('exit', killAtExit);
  try {
    await initialize(program, data, { ...account, cwd: folder });
    const port = await freePort();
    await start(port);
    return {
      port,
      folder,
      url: `postgres://postgres@127.0.0.1:${port}/postgres`,
      get pid() {
        return running?.child.pid ?? 0;
      },
      kill: () => end('SIGKILL'),
      async restart() {
        await end('SIGKILL');
        await start(port);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function accountFor(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  chownSync(folder, UNPRIVILEGED, UNPRIVILEGED);
  return { uid: UNPRIVILEGED, gid: UNPRIVILEGED };
}

async function initialize(program: string, data: string, options: { cwd: string }): Promise<void> {
  const flags = ['--no-sync', '--no-instructions', '--auth=trust', '--username=postgres'];
  const text = ['--encoding=UTF8', '--locale=C'];
  await promisify(execFile)(initdbFor(program), ['-D', data, ...flags, ...text], options);
}

function initdbFor(program: string): string {
  const besides = [program, realpath(program)].map((path) => join(dirname(path), 'initdb'));
  return besides.find(canRun) ?? findProgram('initdb') ?? 'initdb';
}

function realpath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // a bare name: whatever runs it will say that it is not there
  }
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// Not once(): it rejects when the program cannot be started, and nobody may be waiting yet.
function closeOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('close', resolve));
}

function keepLog(child: ChildProcess): () => string {
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-4_000);
  });
  return () => log;
}

/** Waits until the server says in its lock file that it takes connections; that is what `pg_ctl --wait` reads, too. */
async function ready({ child, log }: RunningServer, data: string): Promise<void> {
  let failure: unknown;
  child.once('error', (error) => {
    failure = error;
  });
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; await sleep(10)) {
    const [pid, , , , , , , status] = lockFileIn(data);
    if (Number(pid) === child.pid && status?.trim() === 'ready') return;
    if (child.exitCode !== null || child.signalCode !== null || failure !== undefined) break;
  }
  child.kill('SIGKILL');
  throw new Error(`PostgreSQL did not start.\n${log()}`, { cause: failure });
}

function lockFileIn(data: string): string[] {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return []; // not written yet
  }
}
