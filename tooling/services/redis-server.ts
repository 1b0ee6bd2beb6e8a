import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { findProgram } from './service-test.ts';

/** A redis-server of a suite's own, on 127.0.0.1 and in a temporary folder. */
export interface RedisServer {
  readonly port: number;
  /** Another one after each restart. */
  readonly pid: number;
  readonly folder: string;
  readonly url: string;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts again on the same port and folder, killed first where it runs; resolves when it answers PING. */
  restart(): Promise<void>;
  /** Ends it and removes the folder; idempotent. */
  stop(): Promise<void>;
}

/** Masters that share all slots. */
export interface RedisCluster {
  readonly ports: readonly number[];
  readonly servers: readonly RedisServer[];
  /** Stops every server; idempotent. */
  stop(): Promise<void>;
}

interface RedisOptions {
  /** @default redis-server, wherever it is installed */
  readonly program?: string;
  /** Arguments in the style of redis.conf, such as `'--appendonly', 'no'`. They win over those set here. */
  readonly settings?: readonly string[];
}

// What was acknowledged is in the file, so that a killed server comes back with all of it.
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
const SLOTS = 16_384;
const PATIENCE_MS = 15_000;
const ATTEMPTS = 5;

/**
 * Starts a server. Everything it acknowledged survives `kill` and `restart`, unless the settings say otherwise.
 *
 * It ends with this process: however that ends where the system has `setpriv`, at its exit elsewhere.
 */
export function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  return startOnFreePort((port) => prepareServer(port, options));
}

/** Starts a cluster of masters (three by default), ready when each says `cluster_state:ok`. */
export async function startRedisCluster(
  options: { readonly program?: string; readonly masters?: number } = {},
): Promise<RedisCluster> {
  const { masters = 3, ...rest } = options;
  const buses = new Map<RedisServer, number>();
  const started = await Promise.allSettled(
    Array.from({ length: masters }, async () => {
      const bus = await freePort();
      const settings = ['--cluster-enabled', 'yes', '--cluster-port', `${bus}`];
      const server = await startOnFreePort((port) => prepareServer(port, { ...rest, settings }));
      buses.set(server, bus);
    }),
  );
  const servers = [...buses.keys()];
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    for (const one of started) if (one.status === 'rejected') throw one.reason;
    await introduce(buses);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ports: servers.map(({ port }) => port), servers, stop };
}

/** Another process may take the port, or a cluster's bus port, before the server does; then it is tried elsewhere. */
async function startOnFreePort(prepare: (port: number) => RedisServer): Promise<RedisServer> {
  for (let attempt = 1; ; attempt += 1) {
    const server = prepare(await freePort());
    try {
      await server.restart();
      return server;
    } catch (error) {
      await server.stop();
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

function prepareServer(port: number, { program, settings = [] }: RedisOptions): RedisServer {
  const path = program ?? findProgram('redis-server');
  if (path === undefined) throw new Error('redis-server is not installed.');
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-redis-'));
  const place = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--daemonize', 'no'];
  let child: ChildProcess | undefined;
  const killAtExit = (): void => void child?.kill('SIGKILL');

  async function kill(): Promise<void> {
    const ending = child;
    if (ending === undefined || hasEnded(ending)) return;
    const ended = once(ending, 'exit');
    ending.kill('SIGKILL');
    await ended;
  }

  return {
    port,
    folder,
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return child?.pid ?? 0;
    },
    kill,
    async restart() {
      await kill();
      child = spawnTied(path, [...place, ...DURABLE, ...settings]);
      process.off('exit', killAtExit).on('exit', killAtExit);
      await readyOf(child, port);
    },
    async stop() {
      await kill();
      process.off('exit', killAtExit);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts a program that the system kills when this process ends, where it can. */
function spawnTied(path: string, settings: readonly string[]): ChildProcess {
  const setpriv = findProgram('setpriv');
  const command = setpriv ? [setpriv, '--pdeathsig', 'KILL', path] : [path];
  const [program = path, ...rest] = [...command, ...settings];
  return spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function readyOf(child: ChildProcess, port: number): Promise<void> {
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2_000);
    });
  child.on('error', ({ message }) => {
    said += message;
  });
  const deadline = performance.now() + PATIENCE_MS;
  while (!isReady(await ask(port, 'PING\r\nINFO server'), child.pid)) {
    if (hasEnded(child) || child.pid === undefined || performance.now() > deadline)
      throw new Error(`redis-server did not start on port ${port}:\n${said}`);
    await sleep(10);
  }
}

/** Its own answer, that is, and not that of another server on the port. A password, where set, hides the process id. */
function isReady(answer: string, pid: number | undefined): boolean {
  return (
    answer.startsWith('-NOAUTH') ||
    (answer.startsWith('+PONG') && new RegExp(`^process_id:${pid}\r$`, 'm').test(answer))
  );
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function introduce(buses: ReadonlyMap<RedisServer, number>): Promise<void> {
  const servers = [...buses.keys()];
  // No node takes an epoch any more once it knows another one.
  for (const [n, server] of servers.entries()) {
    const from = Math.floor((n * SLOTS) / servers.length);
    const to = Math.floor(((n + 1) * SLOTS) / servers.length) - 1;
    await command(server, `CLUSTER ADDSLOTSRANGE ${from} ${to}`);
    await command(server, `CLUSTER SET-CONFIG-EPOCH ${n + 1}`);
  }
  for (const server of servers) {
    for (const [other, bus] of buses)
      if (other !== server) await command(server, `CLUSTER MEET 127.0.0.1 ${other.port} ${bus}`);
  }
  const deadline = performance.now() + PATIENCE_MS;
  for (const server of servers) {
    while (!knowsAll(await ask(server.port, 'CLUSTER INFO'), servers.length)) {
      if (performance.now() > deadline) throw new Error('The Redis cluster did not come together.');
      await sleep(20);
    }
  }
}

function knowsAll(info: string, masters: number): boolean {
  return info.includes('cluster_state:ok\r') && info.includes(`cluster_size:${masters}\r`);
}

async function command({ port }: RedisServer, line: string): Promise<void> {
  const answer = await ask(port, line);
  if (!answer.startsWith('+OK')) throw new Error(`redis-server answered ${line} with ${answer}`);
}

/** Sends inline commands and gives everything that was answered; nothing where nobody listens. */
function ask(port: number, lines: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 });
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      answer += text;
    });
    socket.on('timeout', () => socket.destroy());
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => resolve(answer));
    socket.write(`${lines}\r\nQUIT\r\n`);
  });
}
