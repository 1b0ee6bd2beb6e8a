import type { Auth } from '@tokenpair/core';
import type { OpenApiDocument } from '@tokenpair/core/openapi';
import * as client from 'openid-client';
import { describe, expect, it } from 'vitest';
import { runPage, textOf } from '../verifier/docs.ts';

interface Page {
  readonly auth: Auth;
  readonly handle: (request: Request) => Promise<Response>;
  readonly describeTokens: (auth: Auth) => OpenApiDocument;
}

describe('docs/oauth2.md', () => {
  it('is a service that an OAuth 2 library logs in to', async () => {
    const { handle } = (await runPage('oauth2')) as unknown as Page;
    const send: client.CustomFetch = (url, { body, ...options }) =>
      handle(new Request(url, { ...options, body: body ?? null }));
    const config = await client.discovery(
      new URL('https://auth.example.com'),
      'web',
      undefined,
      client.ClientSecretBasic('a secret of the web client'),
      { algorithm: 'oauth2', [client.customFetch]: send },
    );
    const login = { username: 'ada', password: 'correct horse' };
    const tokens = await client.genericGrantRequest(config, 'password', login);
    expect(tokens.scope).toBe('read write');
    expect((await client.refreshTokenGrant(config, String(tokens.refresh_token))).scope).toBe('read write');
  });

  it('names every path of the document, and every word of an error of its own', async () => {
    const { auth, describeTokens } = (await runPage('oauth2')) as unknown as Page;
    const text = textOf('oauth2');
    for (const path of Object.keys(describeTokens(auth).paths))
      expect(text).toContain(`\`${path.replace('/api/token', '').replace('{id}', ':id')}\``);
    for (const word of ['invalid_client', 'invalid_grant', 'invalid_scope', 'unsupported_grant_type'])
      expect(text).toContain(`\`${word}\``);
  });
});
