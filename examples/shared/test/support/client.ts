/** An answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into member by member, in assertions
  readonly body: any;
}

export interface Pair {
  readonly access: string;
  readonly refresh: string;
}

export async function get(url: string, access?: string): Promise<Answer> {
  return read(await fetch(url, access === undefined ? {} : { headers: bearer(access) }));
}

export function post(url: string, body: object, access?: string): Promise<Answer> {
  return send(url, JSON.stringify(body), 'application/json', access);
}

/** Sends a body as it is. */
export async function send(url: string, body: string, type: string, access?: string): Promise<Answer> {
  const headers = { 'content-type': type, ...(access === undefined ? {} : bearer(access)) };
  return read(await fetch(url, { method: 'POST', headers, body }));
}

export function postForm(url: string, fields: Record<string, string>): Promise<Answer> {
  return send(url, new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded');
}

/** A pair for a user who must be able to log in. */
export async function logIn(url: string, username = 'vitor', password = '123'): Promise<Pair> {
  const { status, body } = await post(`${url}/api/token/`, { username, password });
  if (status !== 200) throw new Error(`login: ${status} ${JSON.stringify(body)}`);
  return body;
}

export function refresh(url: string, token: string): Promise<Answer> {
  return post(`${url}/api/token/refresh`, { refresh: token });
}

// biome-ignore lint/suspicious/noExplicitAny: as above
export function claimsOf(token: string): any {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

// biome-ignore lint/suspicious/noExplicitAny: as above
export function headerOf(token: string): any {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
}

function bearer(access: string): Record<string, string> {
  return { authorization: `Bearer ${access}` };
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}
