import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { KeyValue } from '../src/key-value.ts';

/** A key-value service in a process of its own. */
export interface KeyValueService {
  /** A client that sees its own keys alone. */
  client(space: string): KeyValue;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly version: number;
  readonly value: string;
}

export async function startKeyValueService(): Promise<KeyValueService> {
  const server = fork(fileURLToPath(new URL('fixtures/key-value-server.mjs', import.meta.url)));
  const [port] = (await once(server, 'message')) as [number];
  const agent = new Agent({ keepAlive: true });
  return {
    client: (space) => clientOf(`http://127.0.0.1:${port}/${space}/`, agent),
    async stop() {
      agent.destroy();
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    },
  };
}

function clientOf(base: string, agent: Agent): KeyValue {
  async function ask(method: 'GET' | 'PUT', key: string, query = '', body = ''): Promise<Answer> {
    // A key of 10 kB fits into no URL.
    const path = createHash('sha256').update(key).digest('base64url');
    const sent = request(`${base}${path}${query}`, { method, agent }).end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const { statusCode: status = 0, headers } = answer;
    const value = await text(answer);
    if (![200, 204, 404, 409].includes(status)) throw new Error(`The service answered ${status}.`);
    return { status, version: Number(headers.etag), value };
  }

  return {
    async get(key) {
      const { status, value, version } = await ask('GET', key);
      return status === 404 ? undefined : { value, version };
    },
    async put(key, value, version, keepUntil) {
      return (await ask('PUT', key, `?version=${version}&until=${keepUntil}`, value)).status === 204;
    },
  };
}
