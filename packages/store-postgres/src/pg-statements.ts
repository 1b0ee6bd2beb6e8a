import type { Query, Row, Value } from './driver.ts';
import type { PgClient } from './pg-client.ts';
import { codeOf } from './retry.ts';

/** Of the server: the connection does not know a statement of this name, or knows it already. Nothing has been done then. */
const LOST_NAMES = new Set(['26000', '42P05']);

const NAME_BYTES = 16; // of the hash; the server takes a name of 63 characters

/** Runs a statement on a connection, prepared under a name where that is safe. */
export type RunStatement = (client: PgClient, text: string, values: readonly Value[]) => Promise<Row[]>;

/**
 * Makes what runs statements by name, so that the server parses and plans each once a connection. Only on connections that are the server's own: a
 * pooler may run the next statement elsewhere. Those are told apart once, by a question. What empties a connection of its
 * names (`DISCARD ALL`, a pooler that was not noticed) is noticed by the first name that is missing: the statement is run without, and so are all others from then on.
 */
export function namedStatements(): RunStatement {
  const isOwn = new WeakMap<PgClient, boolean>();
  const names = new Map<string, string>();
  let isUsable = true;

  async function findOut(client: PgClient): Promise<boolean> {
    const known = isOwn.get(client);
    if (known !== undefined) return known;
    const own = await isServersOwn(client);
    isOwn.set(client, own);
    return own;
  }

  async function nameFor(text: string): Promise<string> {
    const name = await makeName(text);
    names.set(text, name);
    return name;
  }

  return async (client, text, values) => {
    if (!isUsable || !(await findOut(client))) return runOn(client)(text, values);
    const name = names.get(text) ?? (await nameFor(text));
    try {
      return await rowsOf(client, { name, text, values });
    } catch (error) {
      if (!LOST_NAMES.has(codeOf(error) ?? '')) throw error;
      isUsable = false;
      return runOn(client)(text, values);
    }
  };
}

/** Runs statements on a connection without a name, so that they need nothing of the session. */
export function runOn(client: Pick<PgClient, 'query'>): Query {
  return (text, values = []) => rowsOf(client, { text, values });
}

/** Whether the server process that answers is the one that the connection was told of when it was made; a pooler between makes up its own. */
async function isServersOwn(client: PgClient): Promise<boolean> {
  const [[pid] = []] = await runOn(client)('SELECT pg_backend_pid()::text');
  return pid === String(client.processID);
}

interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: readonly Value[];
}

async function rowsOf(client: Pick<PgClient, 'query'>, { values, ...statement }: Statement): Promise<Row[]> {
  const { rows } = await client.query({ ...statement, values: [...values], rowMode: 'array' });
  return rows as Row[];
}

/** By the text, since two stores may share a connection. */
async function makeName(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const bytes = new Uint8Array(digest, 0, NAME_BYTES);
  return `tokenpair_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
