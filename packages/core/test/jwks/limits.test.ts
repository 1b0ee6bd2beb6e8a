import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { KeysUnavailableError } from '@tokenpair/core';
import { describe, expect, it } from 'vitest';
import { DeadlineError } from '../../src/backends/deadline.ts';
import type { KeySetError } from '../../src/jwks/key-set-error.ts';
import { failureOf } from '../support/outcome.ts';
import { type Answer, clientOf, ecKey, K1, sendJson, startIssuer, until } from './issuer.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const CHUNK = Buffer.alloc(65_536, ' ');

/** The fault that a client finds in an answer, and the bytes it took of it. */
async function faultOf(answer: Answer) {
  const issuer = await startIssuer();
  issuer.answer = answer;
  const { client, seen } = clientOf(issuer);
  const error = await failureOf(() => client.find(K1));
  expect([error.code, error.status]).toEqual(['keys_unavailable', 503]);
  expect(error).toBeInstanceOf(KeysUnavailableError);
  return { fault: (error.cause as KeySetError).fault, bytes: seen.bytes, requests: issuer.requests };
}

/** Writes until the limit or until the other side has had enough; tells what came of it. */
function pour(
  response: ServerResponse,
  limit = Number.POSITIVE_INFINITY,
): { closed: boolean; complete: boolean } {
  const state = { closed: false, complete: false };
  let written = 0;
  response.on('close', () => {
    state.closed = true;
  });
  const write = () => {
    while (!response.destroyed && written < limit) {
      written += CHUNK.length;
      if (!response.write(CHUNK)) return void response.once('drain', write);
    }
    state.complete = written >= limit;
    response.end();
  };
  write();
  return state;
}

describe('the answer of an issuer', () => {
  it.each(['application/json', 'application/jwk-set+json', 'Application/JSON; charset=utf-8'])(
    'is taken as %s',
    async (type) => {
      const issuer = await startIssuer();
      issuer.publish([ecKey('k1')], { 'content-type': type });
      await expect(clientOf(issuer).client.find(K1)).resolves.toMatchObject({ kid: 'k1', alg: 'ES256' });
    },
  );

  it.each([
    'text/html',
    'text/plain',
    'application/jsonp',
    'application/x-json-not',
    'text/application/json',
  ])('is refused as %s, unread', async (type) => {
    const answer: Answer = (response) => sendJson(response, '{"keys":[]}', { 'content-type': type });
    expect(await faultOf(answer)).toMatchObject({ fault: 'media_type', bytes: 0 });
  });

  it('is refused without a content type', async () => {
    expect(await faultOf((response) => void response.writeHead(200).end('{"keys":[]}'))).toMatchObject({
      fault: 'media_type',
    });
  });

  it.each([201, 203, 204, 206, 304, 400, 404, 500, 503])('is refused with status %i', async (status) => {
    const answer: Answer = (response) =>
      void response
        .writeHead(status, JSON_TYPE)
        .end(status === 204 || status === 304 ? undefined : '{"keys":[]}');
    expect(await faultOf(answer)).toMatchObject({ fault: 'status', bytes: 0 });
  });

  it.each([301, 302, 303, 307, 308])(
    'is refused with a redirect %i, which is not followed',
    async (status) => {
      const answer: Answer = (response, { url }) => {
        if (url !== '/jwks') return sendJson(response, JSON.stringify({ keys: [ecKey('k1')] }));
        response.writeHead(status, { location: '/elsewhere', ...JSON_TYPE }).end('{"keys":[]}');
      };
      expect(await faultOf(answer)).toMatchObject({ fault: 'status', requests: 1 });
    },
  );

  it('is refused when fetch has followed a redirect all the same', async () => {
    const issuer = await startIssuer();
    issuer.answer = (response, { url }) => {
      if (url === '/jwks') return void response.writeHead(302, { location: '/elsewhere' }).end();
      sendJson(response, JSON.stringify({ keys: [ecKey('k1')] }));
    };
    const { client } = clientOf(issuer, {
      fetch: (url, init) => fetch(url, { ...init, redirect: 'follow' }),
    });
    expect((await failureOf(() => client.find(K1))).cause).toMatchObject({ fault: 'status' });
  });

  it.each([
    ['no JSON', '<!doctype html>'],
    ['nothing', ''],
    ['a repeated member', '{"keys":[],"keys":[]}'],
    ['an array', '[]'],
    ['null', 'null'],
    ['bytes that are no UTF-8', Buffer.from('{"keys":[],"\xff":1}', 'latin1')],
    ['two documents', '{"keys":[]}{"keys":[]}'],
  ])('is refused when it holds %s', async (_, body) => {
    expect((await faultOf((response) => sendJson(response, body))).fault).toBe('not_json');
  });

  it('asks for JSON and for no compression', async () => {
    const issuer = await startIssuer();
    let headers: unknown;
    issuer.answer = (response, request) => {
      headers = request.headers;
      sendJson(response, '{"keys":[]}');
    };
    await clientOf(issuer).client.find(K1);
    expect(headers).toMatchObject({
      accept: expect.stringContaining('application/jwk-set+json'),
      'accept-encoding': 'identity',
    });
  });
});

describe('the size of an answer', () => {
  const padded = (length: number): string => JSON.stringify({ keys: [ecKey('k1')] }).padEnd(length, ' ');

  it('may be one byte below the limit', async () => {
    const issuer = await startIssuer();
    issuer.answer = (response) => sendJson(response, padded(65_535));
    const { client, seen } = clientOf(issuer);
    await expect(client.find(K1)).resolves.toMatchObject({ kid: 'k1' });
    expect(seen.bytes).toBe(65_535);
  });

  it.each([
    [
      'said',
      (response: ServerResponse) => sendJson(response, padded(65_536), { 'content-length': '65536' }),
      0,
    ],
    [
      'unsaid',
      (response: ServerResponse) =>
        void response.writeHead(200, JSON_TYPE).write(padded(65_536), () => response.end()),
      65_536,
    ],
  ])('may not reach it when %s', async (_, answer, most) => {
    expect(await faultOf(answer)).toMatchObject({ fault: 'too_large', bytes: most });
  });

  it('costs nothing when it is said to be 300 MB, and the connection closes', async () => {
    const total = 300 * 1_048_576;
    let state: ReturnType<typeof pour> | undefined;
    const { fault, bytes } = await faultOf((response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': total });
      state = pour(response, total);
    });
    expect([fault, bytes]).toEqual(['too_large', 0]);
    await until(() => state?.closed === true);
    expect(state?.complete).toBe(false);
  });

  it('costs 64 kB when the body is endless, and the connection closes', async () => {
    let state: ReturnType<typeof pour> | undefined;
    const { fault, bytes } = await faultOf((response) => {
      response.writeHead(200, JSON_TYPE);
      state = pour(response);
    });
    expect([fault, bytes]).toEqual(['too_large', 65_536]);
    await until(() => state?.closed === true);
  });

  it('counts decoded bytes: 64 kB of a bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(40 * 1_048_576, ' '));
    expect(bomb.length).toBeLessThan(65_536);
    const { fault, bytes } = await faultOf((response) =>
      sendJson(response, bomb, { 'content-encoding': 'gzip' }),
    );
    expect([fault, bytes]).toEqual(['too_large', 65_536]);
  });

  it('is held where the body cannot be read by the byte', async () => {
    let pulled = 0;
    const body = () =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          pulled += 1;
          controller.enqueue(new Uint8Array(16_384).fill(32));
        },
      });
    const { client } = clientOf(
      { url: 'https://issuer.test/jwks' },
      { fetch: async () => new Response(body(), { headers: JSON_TYPE }) },
    );
    expect((await failureOf(() => client.find(K1))).cause).toMatchObject({ fault: 'too_large' });
    expect(pulled).toBeLessThanOrEqual(6);
  });
});

describe('the time of an answer', () => {
  it.each<[string, Answer]>([
    ['headers that do not come', () => {}],
    ['a body that does not come', (response) => void response.writeHead(200, JSON_TYPE).write('{')],
    [
      'a body that drips',
      (response) => {
        const drip = setInterval(() => response.write(' '), 2);
        response.writeHead(200, JSON_TYPE).on('close', () => clearInterval(drip));
      },
    ],
  ])('is limited for %s', async (_, answer) => {
    const issuer = await startIssuer();
    let closed = false;
    issuer.answer = (response, request) => {
      response.on('close', () => {
        closed = true;
      });
      answer(response, request);
    };
    const { client } = clientOf(issuer, { timeoutMs: 25 });
    const error = await failureOf(() => client.find(K1));
    expect(error.code).toBe('keys_unavailable');
    expect(error.cause).toBeInstanceOf(DeadlineError);
    await until(() => closed);
  });

  it('is limited for a fetch that does not obey, and what comes late is dropped', async () => {
    let answerLate: (response: Response) => void = () => {};
    const deaf = () =>
      new Promise<Response>((resolve) => {
        answerLate = resolve;
      });
    const { client } = clientOf({ url: 'https://issuer.test/jwks' }, { fetch: deaf, timeoutMs: 10 });
    expect((await failureOf(() => client.find(K1))).cause).toBeInstanceOf(DeadlineError);
    answerLate(Response.json({ keys: [ecKey('k1')] }));
    await new Promise(setImmediate);
    expect([client.version, client.snapshot()]).toEqual([0, undefined]);
  });

  it('ends the reading of a body that does not obey either', async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      async pull(controller) {
        pulled += 1;
        await new Promise(setImmediate);
        controller.enqueue(new Uint8Array());
      },
    });
    const { client } = clientOf(
      { url: 'https://issuer.test/jwks' },
      { fetch: async () => new Response(endless, { headers: JSON_TYPE }), timeoutMs: 10 },
    );
    expect((await failureOf(() => client.find(K1))).cause).toBeInstanceOf(DeadlineError);
    await new Promise(setImmediate);
    const before = pulled;
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(pulled).toBeLessThanOrEqual(before + 1);
  });

  it('leaves no timer behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
    const issuer = await startIssuer();
    const { client, clock } = clientOf(issuer);
    const before = timers();
    await client.find(K1);
    issuer.fail();
    clock.advance(700_000);
    void client.find(K1);
    await failureOf(() => client.refresh());
    expect(timers()).toBeLessThanOrEqual(before);
  });
});

describe('an issuer that cannot be reached', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('no network');
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('no network');
      },
    ],
  ])('is a 503 with the reason as its cause when fetch %s', async (_, broken) => {
    const { client } = clientOf({ url: 'https://issuer.test/jwks' }, { fetch: broken });
    const error = await failureOf(() => client.find(K1));
    expect([error.code, error.status]).toEqual(['keys_unavailable', 503]);
    expect(error.cause).toMatchObject({ message: 'no network' });
    expect(error.headers).toMatchObject({ 'retry-after': '1' });
  });

  it('shows nothing of its URL', async () => {
    const { client } = clientOf({ url: 'http://127.0.0.1:1/jwks?key=hush' });
    let shown = '';
    for (
      let error: unknown = await failureOf(() => client.find(K1));
      error instanceof Error;
      error = error.cause
    ) {
      shown += `${error.message} ${JSON.stringify(error)}`;
    }
    expect(shown).not.toMatch(/hush|jwks\?/);
  });

  it('gives each caller an error of its own', async () => {
    const issuer = await startIssuer();
    issuer.fail();
    const { client } = clientOf(issuer);
    const [one, two] = await Promise.all([
      failureOf(() => client.find(K1)),
      failureOf(() => client.find(K1)),
    ]);
    expect(one).not.toBe(two);
    expect(one?.cause).toBe(two?.cause);
  });
});
