/**
 * The seam between core and the frameworks: requests and answers as plain data. An adapter turns its framework's request
 * into an {@link AuthRequest} and writes an {@link AuthResponse} out; nothing is decided on the way.
 *
 * @module
 */

/** One header line: name, value. */
export type HeaderLine = readonly [name: string, value: string];

/**
 * The body of a request: parsed already by the app's body parser, or still to be read.
 *
 * `read` gives the bytes, or `undefined` as soon as there are more than `limit`; it may be called once.
 */
export type RequestBody =
  | { readonly parsed: unknown }
  | { readonly read: (limit: number) => Promise<Uint8Array | undefined> };

/** What core needs to know of a request. */
export interface AuthRequest {
  readonly method: string;
  /** The path below the mount point, without query: `'/'`, `'/refresh'`. Guards do not look at it. */
  readonly path: string;
  /** Name, value, name, value … as they came, repeated names kept (Node's `rawHeaders`). */
  readonly rawHeaders: readonly string[];
  /** The request target, or the whole URL, as it came: only its query is looked at, and only by guards that read a token from there. */
  readonly url?: string | undefined;
  /** The client's address, as far as the app trusts it. */
  readonly ip?: string | undefined;
  readonly body: RequestBody;
}

/** What a guard looks at of a request. */
export type CredentialRequest = Pick<AuthRequest, 'method' | 'rawHeaders' | 'url'>;

/** What a client is to be told. */
export interface AuthResponse {
  readonly status: number;
  /** Lower-case names; `set-cookie` may come more than once. */
  readonly headers: readonly HeaderLine[];
  /** The whole body as text, or `undefined` for none. */
  readonly body: string | undefined;
}
