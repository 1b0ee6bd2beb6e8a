import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findProgram } from '../services/service-test.ts';
import { type Child, startChild } from './child.ts';

interface NginxOptions {
  /** An existing folder for everything that nginx writes. */
  readonly folder: string;
  /** What goes into the `http` block. */
  readonly conf: string;
  /** A port that the configuration listens on. */
  readonly port: number;
}

const PATIENCE_MS = 10_000;

/** Starts nginx as an ordinary process. @throws Error with what `nginx -t` finds wrong with the configuration */
export async function startNginx({ conf, folder, port }: NginxOptions): Promise<Child> {
  const program = findProgram('nginx');
  if (program === undefined) throw new Error('nginx is not installed.');
  mkdirSync(join(folder, 'temp'), { recursive: true });
  const file = join(folder, 'nginx.conf');
  writeFileSync(join(folder, 'tokenpair.conf'), conf);
  writeFileSync(file, mainConf(folder));
  const args = ['-e', join(folder, 'nginx.log'), '-c', file];
  await promisify(execFile)(program, [...args, '-t']);
  const child = startChild(program, args);
  // It has all of its ports when it says which process it is; one of them may be open before.
  const isUp = async (): Promise<boolean> => isNamed(folder) && (await isOpen(port));
  for (const deadline = performance.now() + PATIENCE_MS; !(await isUp()); await sleep(20)) {
    if (child.process.exitCode === null && performance.now() < deadline) continue;
    await child.stop();
    throw new Error(
      `nginx did not start:\n${child.output()}${readFileSync(join(folder, 'nginx.log'), 'utf8')}`,
    );
  }
  return child;
}

/** What a distribution's own nginx.conf says around ours. */
function mainConf(folder: string): string {
  const user = process.getuid?.() === 0 ? 'user root;' : ''; // so that it may read this folder
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `  ${name}_temp_path ${join(folder, 'temp', name)};`)
    .join('\n');
  return `${user}
daemon off;
worker_processes 2;
pid ${join(folder, 'nginx.pid')};
error_log ${join(folder, 'nginx.log')} error;
events { worker_connections 2048; }
http {
  types { text/html html; text/css css; text/javascript js; image/svg+xml svg; }
${temp}
  include ${join(folder, 'tokenpair.conf')};
}
`;
}

function isNamed(folder: string): boolean {
  return readFileSync(join(folder, 'nginx.pid'), 'utf8') !== '';
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
