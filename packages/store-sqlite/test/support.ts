import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import type { Session, TokenStore } from '@tokenpair/core/store';
import { type SqliteStoreOptions, sqliteStore } from '@tokenpair/store-sqlite';
import { onTestFinished } from 'vitest';

const fixtures = new URL('fixtures/', import.meta.url);

export interface OpenedStore {
  readonly database: DatabaseSync;
  readonly store: TokenStore;
}

/** A path for a database in a folder that goes when the test is over. */
export function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'test.db');
}

/** A connection that closes when the test is over. */
export function connect(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  onTestFinished(() => {
    if (database.isOpen) database.close();
  });
  return database;
}

export function openStore(file: string, options?: SqliteStoreOptions): OpenedStore {
  const database = connect(file);
  return { database, store: sqliteStore(database, options) };
}

/** Starts a process from the fixtures folder; it is killed when the test is over, if it still runs. */
export function start(fixture: string, ...args: string[]): ChildProcess {
  const child = fork(fileURLToPath(new URL(fixture, fixtures)), args, {
    execArgv: ['--no-warnings', '--import', new URL('sources.mjs', fixtures).href],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** The next message of a child process; rejects when it ends without one. */
export async function messageOf(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) =>
    Promise.reject(new Error(`The child ended with ${code}.`)),
  );
  const [message] = await Promise.race([once(child, 'message'), ended]);
  return message;
}

export function sessionOf(members: Partial<Session> = {}): Session {
  const times = { createdAt: 1, authTime: 1, endsAt: 9e12, rotatedAt: 1, expiresAt: 9e12, lastUsedAt: 1 };
  return { id: 's1', subject: 'user-1', generation: 0, rotatedBy: 'request-0', ...times, ...members };
}
