import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '../services/free-port.ts';
import type { AppOrders } from './app-orders.ts';

/** The app in a process of its own, on one port through all its lives. */
export interface AppProcess {
  readonly port: number;
  readonly pid: number;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again; resolves when it listens. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('app.ts', import.meta.url));

export async function startApp(orders: Omit<AppOrders, 'port'>): Promise<AppProcess> {
  const port = await freePort();
  let child: ChildProcess | undefined;

  async function kill(): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  async function restart(): Promise<void> {
    await kill();
    const task: AppOrders = { ...orders, port };
    const started = fork(PROGRAM, [JSON.stringify(task)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    child = started;
    await new Promise<void>((resolve, reject) => {
      started.once('message', () => resolve());
      started.once('exit', (code) => reject(new Error(`the app ended with code ${code} before it listened`)));
    });
  }

  await restart();
  return {
    port,
    get pid() {
      return child?.pid ?? 0;
    },
    kill,
    restart,
    stop: kill,
  };
}
