import { connect } from 'node:net';

/** A request as it goes onto the wire: header lines in this order, repeated ones kept. */
export interface WireRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Uint8Array;
  /** Sends the body in chunks, without telling its length. */
  readonly chunked?: boolean;
}

export interface WireResponse {
  readonly status: number;
  /** Lower-case names; the values of repeated lines one by one. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

/** Sends one request over a socket of its own, since HTTP clients neither send a header twice nor a tab in it. */
export async function send(url: string, request: WireRequest): Promise<WireResponse> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const received: Uint8Array[] = [];
  socket.write(encodeRequest(request, `${hostname}:${port}`));
  for await (const chunk of socket) received.push(chunk as Uint8Array);
  return decodeResponse(Buffer.concat(received), request.method === 'HEAD');
}

function encodeRequest(request: WireRequest, host: string): Uint8Array {
  const { method = 'GET', path, headers = [], chunked = false } = request;
  const body = Buffer.from(request.body ?? '');
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close'];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  if (request.body !== undefined)
    lines.push(chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.byteLength}`);
  const payload = chunked
    ? [Buffer.from(`${body.byteLength.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]
    : [body];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), ...payload]);
}

function decodeResponse(bytes: Buffer, isHead: boolean): WireResponse {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) throw new Error('the server closed the connection without an answer');
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(line.indexOf(':') + 1).trim()]);
  }
  const rest = bytes.subarray(end + 4);
  const whole = headers.get('transfer-encoding')?.[0] === 'chunked' && !isHead ? joinChunks(rest) : rest;
  return { status: Number(statusLine.split(' ')[1]), headers, body: whole.toString('utf8') };
}

function joinChunks(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    if (!(size > 0)) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
