/** What the service has given, for requests that are nearly right. */
export interface GoodPair {
  readonly access: string;
  readonly refresh: string;
  readonly csrf: string;
}

/** A request as it is sent. */
export interface Made {
  readonly method: string;
  readonly bytes: Uint8Array;
  /** That the server may rightly wait for more of it. */
  readonly unfinished: boolean;
}

export const GUARDED = ['/hello', '/me', '/admin', '/hello/', '/api/token/sessions'];
const ENDPOINTS = [
  '',
  '/',
  '/refresh',
  '/verify',
  '/logout',
  '/blacklist',
  '/logout-all',
  '/introspect',
  '/revoke',
].map((path) => `/api/token${path}`);
export const POSTED = [...ENDPOINTS, '/me/password', '/users/vitor/disable', '/users/vitor/password'];
export const OWN_PAGE = 'Sec-Fetch-Site: same-origin';

export function requestLine(method: string, path: string): string {
  return `${method} ${path} HTTP/1.1`;
}

export function made(
  method: string,
  line: string,
  headers: readonly string[],
  body: Uint8Array = Buffer.alloc(0),
): Made {
  const head = [line, 'Host: 127.0.0.1', 'Connection: close', ...headers].join('\r\n');
  return {
    method,
    bytes: Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), body]),
    unfinished: /^(?:content-length|transfer-encoding|expect)\b/im.test(headers.join('\n')),
  };
}
