import type { Algorithm } from '@tokenpair/core';

/** What the environment says, checked and complete; frozen. Lengths of time in seconds, paths absolute. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly store: StoreLocation;
  readonly alg: Algorithm;
  /** Signs both kinds of token when `alg` is HS256, HS384 or HS512. */
  readonly secret: string | undefined;
  readonly keysFile: string;
  readonly accessTtl: number;
  readonly refreshTtl: number;
  readonly sessionTtl: number;
  readonly refreshGrace: number;
  readonly leeway: number;
  readonly clockSkew: number;
  readonly rotate: boolean;
  readonly revocation: 'session' | 'feed' | 'none';
  readonly transport: 'header' | 'cookie';
  readonly clients: readonly Client[];
  readonly issuer: string;
  readonly audience: string;
  /** Allowed origins beside that of `issuer`. */
  readonly origins: readonly string[];
  /** Failed logins allowed; `undefined` for any number. */
  readonly loginRate: Rate | undefined;
  /** How many proxies in front of the service may say who the client is. */
  readonly trustProxy: number;
  readonly log: LogLevel;
}

export type StoreLocation =
  | { readonly kind: 'memory' }
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'redis' | 'postgres'; readonly url: string };

/** Who may ask `/introspect` and `/revoke`. */
export interface Client {
  readonly id: string;
  readonly secret: string;
}

export interface Rate {
  readonly count: number;
  readonly seconds: number;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export const LOG_LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
