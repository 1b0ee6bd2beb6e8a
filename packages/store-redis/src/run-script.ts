import type { Command, Connection } from './connection.ts';
import { RedisStoreError } from './errors.ts';
import type { ResolvedRedisStoreOptions } from './options.ts';
import type { Script } from './scripts.ts';

/** Runs scripts, each in one round trip while the server knows it. */
export interface ScriptRunner {
  /** Runs a script. The keys have to lie in one slot. */
  run(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown>;
  /** Runs a script that only reads, for each of the lists of keys; what each gave. */
  runAll(script: Script, keysOfEach: readonly (readonly string[])[]): Promise<unknown[]>;
  /** The same as {@link run}, and does not resolve before `waitReplicas` replicas have what the script wrote. */
  runDurably(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown>;
}

type Send = (key: string, command: Command) => Promise<unknown>;

/** Makes a runner. */
export function createScriptRunner(
  connection: Connection,
  { waitReplicas, waitMs }: ResolvedRedisStoreOptions,
): ScriptRunner {
  const hashes = new Map<Script, string>();

  async function hashOf(script: Script): Promise<string> {
    const hash = await sha1(script.text);
    hashes.set(script, hash);
    return hash;
  }

  async function runBy(send: Send, script: Script, keys: readonly string[], args: readonly string[]) {
    const hash = hashes.get(script) ?? (await hashOf(script));
    const command = ['EVALSHA', hash, `${keys.length}`, ...keys, ...args];
    const key = keys[0] ?? '';
    try {
      return await send(key, command);
    } catch (error) {
      if (!saysThat(error, 'NOSCRIPT')) throw error; // it says that nothing was run
      return send(key, ['EVAL', script.text, ...command.slice(2)]);
    }
  }

  async function sendAndWait(key: string, command: Command): Promise<unknown> {
    const [reply, replicas] = await sendBoth(key, command, ['WAIT', `${waitReplicas}`, `${waitMs}`]);
    if (!(Number(replicas) >= waitReplicas)) throw new RedisStoreError('not_replicated');
    return reply;
  }

  /** The clients follow no redirection of a pair. MOVED says that nothing was run; a single command makes them learn the way. */
  async function sendBoth(key: string, first: Command, second: Command): ReturnType<Connection['sendBoth']> {
    try {
      return await connection.sendBoth(key, first, second);
    } catch (error) {
      if (!saysThat(error, 'MOVED')) throw error;
      await connection.send(key, ['EVAL', 'return 0', '1', key]);
      return connection.sendBoth(key, first, second);
    }
  }

  async function runAll(script: Script, keysOfEach: readonly (readonly string[])[]): Promise<unknown[]> {
    const sendAll = (...start: Command): Promise<unknown[]> =>
      connection.sendAll(keysOfEach.map((keys) => [keys[0] ?? '', [...start, `${keys.length}`, ...keys]]));
    try {
      return await sendAll('EVALSHA', hashes.get(script) ?? (await hashOf(script)));
    } catch (error) {
      if (!saysThat(error, 'NOSCRIPT')) throw error;
      return sendAll('EVAL', script.text);
    }
  }

  const run: ScriptRunner['run'] = (script, keys, args) => runBy(connection.send, script, keys, args);
  return {
    run,
    runAll,
    runDurably: waitReplicas === 0 ? run : (script, keys, args) => runBy(sendAndWait, script, keys, args),
  };
}

/** Whether an answer is this error of the server's. */
export function saysThat(error: unknown, code: string): boolean {
  return error instanceof Error && error.message.startsWith(code);
}

async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
