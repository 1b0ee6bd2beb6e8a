import type { RawAnswer } from './raw-answer.ts';

/** What a login or a refresh gave, kept for later requests under a name. */
export interface Kept {
  readonly access: string;
  readonly refresh: string;
  /** A `Cookie` line's value. */
  readonly cookie: string;
  readonly csrf: string;
  readonly session: string;
}

/** What one service has given so far. Another service's is as good as this one's, only in other letters. */
export type World = Map<string, Kept>;

type Json = null | boolean | number | string | readonly unknown[] | { readonly [name: string]: unknown };

type InWorld<T> = T | ((kept: (name: string) => Kept) => T);

export interface RowOptions {
  /** Says what is special, where the request line does not. */
  readonly note?: string;
  /** Whose access token is sent as Bearer. */
  readonly as?: string;
  /** Header lines. */
  readonly headers?: InWorld<readonly string[]>;
  readonly json?: InWorld<Json>;
  readonly form?: InWorld<Readonly<Record<string, string>>>;
  /** A body as it is; its type is among the headers, or there is none. */
  readonly raw?: InWorld<string | Uint8Array>;
  /** That nothing may follow it on its connection. */
  readonly alone?: true;
  /** Keeps the pair of the answer under a name. */
  readonly keep?: string;
}

/** One request of the table, with the status that every service answers. */
export interface Row extends RowOptions {
  readonly method: string;
  readonly target: InWorld<string>;
  readonly status: number;
  readonly name: string;
}

export function row(method: string, target: InWorld<string>, status: number, options: RowOptions = {}): Row {
  const { as, note } = options;
  const path = typeof target === 'string' ? target : '(a target made of what came before)';
  const words = [
    method,
    path,
    ...(as === undefined ? [] : [`as ${as}`]),
    ...(note === undefined ? [] : [`(${note})`]),
  ];
  return { method, target, status, ...options, name: words.join(' ') };
}

/** The bytes of a request, for one service. */
export function toBytes(row: Row, world: World): Uint8Array {
  const kept = (name: string): Kept => {
    const found = world.get(name);
    if (found === undefined) throw new Error(`${row.name}: nothing was kept as ${name}`);
    return found;
  };
  const resolve = <T>(value: InWorld<T>): T =>
    typeof value === 'function' ? (value as (kept: (name: string) => Kept) => T)(kept) : value;

  const body = bodyOf(row, resolve);
  const headers = resolve(row.headers ?? []);
  const chunked = headers.some((line) => line.startsWith('Transfer-Encoding:'));
  const lines = [
    `${row.method} ${resolve(row.target)} HTTP/1.1`,
    'Host: 127.0.0.1',
    ...(row.as === undefined ? [] : [`Authorization: Bearer ${kept(row.as).access}`]),
    ...(body?.type === undefined ? [] : [`Content-Type: ${body.type}`]),
    ...(body === undefined || chunked ? [] : [`Content-Length: ${body.bytes.byteLength}`]),
    ...headers,
  ];
  return Buffer.concat([
    Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'),
    body?.bytes ?? Buffer.alloc(0),
  ]);
}

/** What an answer gives to later requests. */
export function keptFrom(answer: RawAnswer): Kept {
  const { access = '', refresh = '' } = answer.body === '' ? {} : JSON.parse(answer.body);
  const cookies = answer.headers
    .filter(([name]) => name === 'set-cookie')
    .map(([, line]) => line.split(';')[0] ?? '');
  const cookieOf = (name: string): string =>
    cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  const token = access === '' ? cookieOf('access') : access;
  return {
    access: token,
    refresh: refresh === '' ? cookieOf('refresh') : refresh,
    cookie: cookies.join('; '),
    csrf: cookieOf('csrf'),
    session: JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sid,
  };
}

interface Body {
  readonly bytes: Uint8Array;
  readonly type?: string;
}

function bodyOf({ form, json, raw }: Row, resolve: <T>(value: InWorld<T>) => T): Body | undefined {
  if (json !== undefined)
    return { bytes: Buffer.from(JSON.stringify(resolve(json))), type: 'application/json' };
  if (form !== undefined)
    return {
      bytes: Buffer.from(new URLSearchParams(resolve(form)).toString()),
      type: 'application/x-www-form-urlencoded',
    };
  return raw === undefined ? undefined : { bytes: Buffer.from(resolve(raw)) };
}
