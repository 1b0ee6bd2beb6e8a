import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readAnswer, sendLoad } from './client.ts';

const REQUESTS = ['/a', '/b'].map((path) => Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`));

let server: Server | undefined;
const seen: string[] = [];

function serve(status: number): Promise<number> {
  seen.length = 0;
  const made = createServer((req, res) => {
    seen.push(req.url ?? '');
    res.writeHead(status, { 'content-length': 2 }).end('ok');
  });
  server = made;
  return new Promise((resolve) => {
    made.listen(0, '127.0.0.1', () => resolve((made.address() as AddressInfo).port));
  });
}

afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

describe('load at a rate', () => {
  it('is exactly as many requests as were ordered, in turn', async () => {
    const port = await serve(200);
    const report = await sendLoad({ port, connections: 3, requests: REQUESTS, ms: 100, rate: 200 });
    expect(report.answered).toBe(20);
    expect(seen).toHaveLength(20);
    expect(seen.filter((path) => path === '/a')).toHaveLength(10);
    expect(report.seconds).toBeGreaterThanOrEqual(0.095);
  });

  it('fails at an answer that is not 200', async () => {
    const port = await serve(401);
    await expect(sendLoad({ port, connections: 2, requests: REQUESTS, ms: 100, rate: 200 })).rejects.toThrow(
      '401',
    );
  });
});

describe('load without a rate', () => {
  it('counts every request that the server has seen, for as long as was ordered', async () => {
    const port = await serve(200);
    const report = await sendLoad({ port, connections: 4, requests: REQUESTS, ms: 60 });
    expect(report.answered).toBe(seen.length);
    expect(report.answered).toBeGreaterThan(4);
    expect(report.seconds).toBeGreaterThanOrEqual(0.06);
  });

  it('fails at an answer that is not 200', async () => {
    const port = await serve(500);
    await expect(sendLoad({ port, connections: 2, requests: REQUESTS, ms: 60 })).rejects.toThrow('500');
  });
});

describe('an answer', () => {
  const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: y\r\n\r\nok';

  it('is read when all of it is there', () => {
    for (let length = 0; length < whole.length; length += 1)
      expect(readAnswer(Buffer.from(whole.slice(0, length)))).toBeUndefined();
    expect(readAnswer(Buffer.from(`${whole}HTTP/1.1`))).toEqual({ status: '200', length: whole.length });
  });

  it('without a length is refused rather than guessed', () => {
    expect(() => readAnswer(Buffer.from('HTTP/1.1 200 OK\r\nX: y\r\n\r\n'))).toThrow('Content-Length');
  });
});
