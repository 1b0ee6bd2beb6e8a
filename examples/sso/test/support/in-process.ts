import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memoryStore } from '@tokenpair/core/memory';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';
import { createPortal, type Portal } from '../../src/portal/create-portal.ts';
import type { PortalKeys } from '../../src/portal/keys.ts';
import { readSettings, type Settings } from '../../src/settings.ts';

export const BILLING_SECRET = 'of billing, as a client of the portal';

/** A server on this machine whose URL is known before what it answers; it ends with the test. */
export async function reserve(): Promise<{ readonly url: string; serve(listener: RequestListener): void }> {
  let answer: RequestListener = (_request, response) => void response.writeHead(404).end();
  const server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    serve(listener) {
      answer = listener;
    },
  };
}

/** What signs for the provider, or for somebody who would be it. */
export interface LogoutSigner {
  /** A logout token as the provider sends it, but for what is given; `undefined` leaves a claim out. */
  sign(
    claims?: Readonly<Record<string, unknown>>,
    header?: { readonly typ?: string; readonly kid?: string },
  ): Promise<string>;
  readonly jwk: object;
}

export interface RunningPortal extends Portal {
  readonly settings: Settings;
  readonly store: ReturnType<typeof memoryStore>;
  readonly provider: LogoutSigner;
}

/** A portal over a store in memory, whose provider is but a key set. */
export async function startPortal(overrides: Readonly<Record<string, string>> = {}): Promise<RunningPortal> {
  const [op, own] = await Promise.all([reserve(), reserve()]);
  const provider = await createSigner(op.url);
  op.serve((request, response) => {
    if (request.url !== '/jwks') return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ keys: [provider.jwk] }));
  });
  const settings = readSettings({ PROVIDER_URL: op.url, PORTAL_URL: own.url, ...overrides });
  const store = memoryStore();
  const secret = 'a secret of the portal at the provider';
  const keys = await makeKeys();
  const portal = createPortal({ settings, store, keys, portalSecret: secret, billingSecret: BILLING_SECRET });
  own.serve(portal.app);
  return { ...portal, settings, store, provider };
}

export async function createSigner(issuer: string, kid = 'op'): Promise<LogoutSigner> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' },
    sign(claims = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      const payload = {
        iss: issuer,
        aud: 'portal',
        sub: 'vitor',
        sid: 'op session',
        jti: crypto.randomUUID(),
        iat: now,
        exp: now + 120,
        events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
        ...claims,
      };
      return new SignJWT(payload)
        .setProtectedHeader({ alg: 'ES256', typ: 'logout+jwt', kid, ...header })
        .sign(privateKey);
    },
  };
}

async function makeKeys(): Promise<PortalKeys> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    tokens: { alg: 'ES256', privateKey: { ...(await exportJWK(privateKey)) } },
    csrf: crypto.getRandomValues(new Uint8Array(32)),
  };
}
