/**
 * From a variable's text to what it means; `undefined` when it means nothing.
 *
 * @module
 */
import { resolve } from 'node:path';
import type { Client, Rate, StoreLocation } from './settings.ts';

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `30s`, `5m`, `12h`, `30d`, or a number of seconds; in seconds. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,10})([smhd]?)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * (UNIT_SECONDS[match[2] || 's'] ?? Number.NaN);
}

/** `10/m`: so many a second, minute, hour or day. */
export function parseRate(text: string): Rate | undefined {
  const match = /^([1-9]\d{0,8})\/([smhd])$/.exec(text);
  return match === null
    ? undefined
    : { count: Number(match[1]), seconds: UNIT_SECONDS[match[2] ?? ''] ?? Number.NaN };
}

/** `memory:`, `sqlite:` with a path, `redis://…`, `postgres://…`. */
export function parseStoreUrl(text: string): StoreLocation | undefined {
  if (text === 'memory:') return { kind: 'memory' };
  const file = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(text)?.[1];
  if (file !== undefined)
    return file.includes(':memory:') ? undefined : { kind: 'sqlite', file: resolve(file) };
  if (!URL.canParse(text)) return undefined;
  if (/^rediss?:\/\//.test(text)) return { kind: 'redis', url: text };
  return /^postgres(?:ql)?:\/\//.test(text) ? { kind: 'postgres', url: text } : undefined;
}

/** `id:secret` pairs, comma-separated. */
export function parseClients(text: string): readonly Client[] | undefined {
  const clients = text.split(',').map((pair) => {
    const match = /^([^:\s]+):(\S+)$/.exec(pair.trim());
    return match === null ? undefined : { id: match[1] ?? '', secret: match[2] ?? '' };
  });
  const known = clients.filter((client) => client !== undefined);
  return known.length === clients.length && isDistinct(known.map(({ id }) => id)) ? known : undefined;
}

/** Origins such as `https://app.example.com`, comma-separated. */
export function parseOrigins(text: string): readonly string[] | undefined {
  const origins = text.split(',').map((origin) => origin.trim());
  return origins.every(isOrigin) ? origins : undefined;
}

/** `off`, `on` for one proxy, or the number of proxies. */
export function parseTrustProxy(text: string): number | undefined {
  if (text === 'off' || text === 'false') return 0;
  if (text === 'on' || text === 'true') return 1;
  return /^\d$/.test(text) ? Number(text) : undefined;
}

function isOrigin(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

function isDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
