import { belowPrefix, GUARDED_HEADERS, mergeVary } from '@tokenpair/core';
import { describe, expect, it } from 'vitest';
import { fromFetchRequest, rawHeadersOf } from '../../src/fetch/from-fetch-request.ts';
import { guardedResponse } from '../../src/fetch/guarded-response.ts';
import { readStream } from '../../src/fetch/read-stream.ts';

describe('belowPrefix', () => {
  it.each([
    ['/api/token', '/api/token', '/'],
    ['/api/token', '/api/token/', '/'],
    ['/api/token', '/api/token/refresh', '/refresh'],
    ['/api/token', '/api/token/refresh/', '/refresh/'],
    ['/api/token/', '/api/token', '/'],
    ['/api/token//', '/api/token/refresh', '/refresh'],
    ['/api/token', '/api/tokens', undefined],
    ['/api/token', '/api/token.json', undefined],
    ['/api/token', '/api', undefined],
    ['/api/token', '/x/api/token', undefined],
    ['/api/token', '/API/token', undefined],
    ['/', '/', '/'],
    ['/', '/refresh', '/refresh'],
    ['/', '', '/'],
    [undefined, '/refresh', '/refresh'],
  ])('below %s, %s is %s', (prefix, path, below) => {
    expect(belowPrefix({ prefix })(path)).toBe(below);
  });

  it.each([
    { prefix: 'api' },
    { prefix: '' },
    { prefix: '/a?b' },
    { prefix: '/a#b' },
    { prefix: 'https://api.test/x' },
    { prefix: null },
    { prefx: '/a' },
    null,
  ])('refuses %o', (options) => {
    expect(() => belowPrefix(options as never)).toThrow(
      expect.objectContaining({ name: 'TypeError', code: expect.stringMatching(/^ERR_INVALID_ARG_/) }),
    );
  });
});

describe('mergeVary', () => {
  const more = 'Authorization, Cookie';

  it.each([
    [undefined, more],
    [null, more],
    ['', more],
    ['Origin', `Origin, ${more}`],
    [['Origin', 'Accept'], `Origin, Accept, ${more}`],
    ['cookie,Origin', 'cookie, Origin, Authorization'],
    [more, more],
    ['*', '*'],
    ['Origin, *', '*'],
  ])('puts them behind %o', (current, merged) => {
    expect(mergeVary(current, more)).toBe(merged);
  });
});

describe('the header lines of Headers', () => {
  const linesOf = (...values: string[]): readonly string[] => {
    const headers = new Headers();
    for (const value of values) headers.append('Authorization', value);
    return rawHeadersOf(headers);
  };
  const name = 'authorization';

  it.each([
    [['Bearer a'], ['Bearer a']],
    [
      ['Bearer a', 'Bearer b'],
      ['Bearer a', 'Bearer b'],
    ],
    [
      ['Basic YTpi', 'Bearer b'],
      ['Basic YTpi', 'Bearer b'],
    ],
    [
      ['DPoP a', 'Bearer'],
      ['DPoP a', 'Bearer'],
    ],
    [
      ['', 'Bearer b'],
      ['', 'Bearer b'],
    ],
    [
      ['Basic YTpi', ''],
      ['Basic YTpi', ''],
    ],
    [['Bearer a,b'], ['Bearer a,b']],
    [['Digest username="a", realm="b", qop=auth'], ['Digest username="a", realm="b", qop=auth']],
    [
      ['Digest username="a", realm="b"', 'Bearer x'],
      ['Digest username="a", realm="b"', 'Bearer x'],
    ],
  ])('take %o apart again', (given, lines) => {
    expect(linesOf(...given)).toEqual(lines.flatMap((line) => [name, line]));
  });

  it('leave every other header as it is', () => {
    const headers = new Headers([
      ['Accept', 'a, b'],
      ['Cookie', 'x=1; y=2'],
    ]);
    expect(rawHeadersOf(headers)).toEqual(['accept', 'a, b', 'cookie', 'x=1; y=2']);
  });
});

describe('readStream', () => {
  /** Chunks of 4 bytes without an end; `taken` counts them. */
  function endless(): { stream: ReadableStream<Uint8Array>; taken: () => number } {
    let count = 0;
    const stream = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          count++;
          controller.enqueue(new Uint8Array(4));
        },
      },
      { highWaterMark: 0 },
    );
    return { stream, taken: () => count };
  }

  it('stops at the first chunk past the limit, and leaves the rest to the server', async () => {
    const { stream, taken } = endless();
    expect(await readStream(stream, 10)).toBeUndefined();
    expect(taken()).toBe(3);
    expect(stream.locked).toBe(false);
    expect((await stream.getReader().read()).done).toBe(false);
  });

  it('takes as many bytes as the limit', async () => {
    const body = new Response(new Uint8Array([1, 2, 3])).body;
    expect(await readStream(body, 3)).toEqual(new Uint8Array([1, 2, 3]));
    expect(await readStream(new Response(new Uint8Array([1, 2, 3])).body, 2)).toBeUndefined();
  });

  it('takes no body for an empty one', async () => {
    expect(await readStream(null, 3)).toEqual(new Uint8Array());
  });

  it('rejects when the client goes away', async () => {
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.error(new Error('gone')),
    });
    await expect(readStream(broken, 3)).rejects.toThrow('gone');
  });

  it('does not touch the body before it is asked', () => {
    const request = new Request('http://api.test/refresh', { method: 'POST', body: 'x' });
    const { method, path, ip } = fromFetchRequest(request, { path: '/refresh', ip: '192.0.2.7' });
    expect([method, path, ip, request.bodyUsed]).toEqual(['POST', '/refresh', '192.0.2.7', false]);
  });
});

describe('guardedResponse', () => {
  it('changes the response itself where that can be', () => {
    const response = new Response('x', { headers: { vary: 'Origin' } });
    expect(guardedResponse(response, GUARDED_HEADERS)).toBe(response);
    expect([...response.headers].filter(([header]) => header !== 'content-type')).toEqual([
      ['cache-control', 'private, no-store'],
      ['vary', 'Origin, Authorization, Cookie'],
    ]);
  });

  it("leaves the handler's own Cache-Control", () => {
    const response = new Response('x', { headers: { 'cache-control': 'private, max-age=60' } });
    expect(guardedResponse(response, GUARDED_HEADERS).headers.get('cache-control')).toBe(
      'private, max-age=60',
    );
  });

  it('copies one whose headers cannot be changed', () => {
    const redirect = Response.redirect('http://api.test/', 303);
    const guarded = guardedResponse(redirect, GUARDED_HEADERS);
    expect([guarded.status, guarded.headers.get('location'), guarded.headers.get('vary')]).toEqual([
      303,
      'http://api.test/',
      'Authorization, Cookie',
    ]);
  });
});
