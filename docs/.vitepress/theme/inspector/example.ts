import { encodeBytes, encodeText } from '#engine';
import { admitKey } from '../../../../packages/core/src/keys/admit-key.ts';
import { encodeHeader } from '../../../../packages/core/src/token/header-table.ts';

/** A token and its secret, made on the spot: for who has none at hand. */
export interface Example {
  readonly token: string;
  /** In base64url. */
  readonly secret: string;
}

/** An access token as Tokenpair issues it, at a time in seconds. */
export async function makeExample(now: number): Promise<Example> {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const key = await admitKey({ alg: 'HS256', secret, kid: 'example' }, 'key');
  const iat = Math.floor(now);
  const claims = {
    iss: 'https://auth.example.com',
    aud: 'https://api.example.com',
    sub: 'ada',
    sid: 'b7Xq1nYB0kqkM2sU2f1d7g',
    jti: 'wH3mN2QyR8y0rXH4v6sV1Q',
    iat,
    exp: iat + 300,
    auth_time: iat,
    scope: 'read write',
  };
  const input = `${encodeHeader(key, 'at+jwt')}.${encodeText(JSON.stringify(claims))}`;
  return { token: `${input}.${await key.sign?.(input)}`, secret: encodeBytes(secret) };
}
