/** OAuth 2 libraries that know nothing of Tokenpair, over a real server. */
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { describe, expect, it } from 'vitest';
import { PASSWORD } from '../support/auth.ts';
import { keyFor } from '../support/keys.ts';
import { decode } from '../support/tokens.ts';
import { AUDIENCE, type OAuth2Server, startServer } from './server.ts';
import { CLIENTS } from './support.ts';

const CREDENTIALS = { username: 'ada', password: PASSWORD };
const OVER_HTTP = { [oauth.allowInsecureRequests]: true };

/** openid-client, configured by the metadata alone. */
function discover({ url }: OAuth2Server, auth = client.ClientSecretBasic(CLIENTS.web), id = 'web') {
  const options = { algorithm: 'oauth2' as const, execute: [client.allowInsecureRequests] };
  return client.discovery(new URL(url), id, undefined, auth, options);
}

const logIn = (config: client.Configuration, more: Record<string, string> = {}) =>
  client.genericGrantRequest(config, 'password', { ...CREDENTIALS, ...more });

/** What openid-client makes of a refusal. */
const refusalOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no refusal',
    ({ status, error, code }) => [status, error, code],
  );

describe.each([
  ['HTTP Basic', client.ClientSecretBasic(CLIENTS.web), 'web'],
  ['HTTP Basic', client.ClientSecretBasic(CLIENTS['two words']), 'two words'],
  ['the form', client.ClientSecretPost(CLIENTS.web), 'web'],
  ['nothing', client.None(), 'spa'],
])('openid-client, authenticated by %s', (_how, method, id) => {
  const isPublic = id === 'spa';

  it('finds the endpoints, logs in, refreshes and revokes', async () => {
    const server = await startServer();
    const config = await discover(server, method, id);
    const first = await logIn(config);
    expect(first).toMatchObject({ token_type: 'bearer', expires_in: 300, scope: 'read write' });
    expect(decode(first.access_token).claims['client_id']).toBe(id);
    const next = await client.refreshTokenGrant(config, String(first.refresh_token));
    expect(decode(next.refresh_token).claims['gen']).toBe(1);
    await client.tokenRevocation(config, String(next.refresh_token));
    expect(await refusalOf(client.refreshTokenGrant(config, String(next.refresh_token)))).toEqual([
      400,
      'invalid_grant',
      'OAUTH_RESPONSE_BODY_ERROR',
    ]);
  });

  it('narrows a scope, and is told that it cannot widen one', async () => {
    const config = await discover(await startServer(), method, id);
    const { refresh_token: token = '' } = await logIn(config);
    expect((await client.refreshTokenGrant(config, token, { scope: 'read' })).scope).toBe('read');
    expect(await refusalOf(client.refreshTokenGrant(config, token, { scope: 'admin' }))).toEqual([
      400,
      'invalid_scope',
      'OAUTH_RESPONSE_BODY_ERROR',
    ]);
  });

  it('introspects, unless it is a public client', async () => {
    const server = await startServer();
    const config = await discover(server, method, id);
    const { access_token: token } = await logIn(config);
    if (isPublic) {
      const call = client.tokenIntrospection(config, token);
      return expect(call).rejects.toBeInstanceOf(client.WWWAuthenticateChallengeError);
    }
    expect(await client.tokenIntrospection(config, token)).toMatchObject({
      active: true,
      client_id: id,
      iss: server.url,
      aud: AUDIENCE,
      sub: 'ada',
    });
    await client.tokenRevocation(config, token);
    expect(await client.tokenIntrospection(config, token)).toEqual({ active: false });
  });
});

describe('openid-client', () => {
  it('is told in the words of RFC 6749 what is wrong', async () => {
    const server = await startServer();
    const config = await discover(server);
    const BODY = 'OAUTH_RESPONSE_BODY_ERROR';
    expect(await refusalOf(logIn(config, { password: 'wrong' }))).toEqual([400, 'invalid_grant', BODY]);
    expect(await refusalOf(client.genericGrantRequest(config, 'urn:x', {}))).toEqual([
      400,
      'unsupported_grant_type',
      BODY,
    ]);
    expect(await refusalOf(client.genericGrantRequest(config, 'password', {}))).toEqual([
      400,
      'invalid_request',
      BODY,
    ]);
  });

  it('with a wrong secret gets a challenge of HTTP Basic', async () => {
    const config = await discover(await startServer(), client.ClientSecretBasic('wrong'));
    const error = await logIn(config).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(client.WWWAuthenticateChallengeError);
    expect(error).toMatchObject({ status: 401, cause: [{ scheme: 'basic' }] });
  });

  it('of another id gets nowhere with a token of the first, which stays good', async () => {
    const server = await startServer();
    const [web, mobile] = [
      await discover(server),
      await discover(server, client.ClientSecretBasic(CLIENTS.mobile), 'mobile'),
    ];
    const { refresh_token: token = '' } = await logIn(web);
    for (const call of [client.refreshTokenGrant, client.tokenRevocation])
      expect((await refusalOf(call(mobile, token)))[1]).toBe('invalid_grant');
    expect((await client.refreshTokenGrant(web, token)).token_type).toBe('bearer');
  });

  it('finds an issuer that has a path', async () => {
    const server = await startServer({}, '/tenant/a');
    const config = await discover(server);
    expect(config.serverMetadata()).toMatchObject({
      issuer: server.url,
      token_endpoint: `${server.url}/api/token/token`,
    });
    expect((await logIn(config)).token_type).toBe('bearer');
  });
});

describe.each(['ES256', 'RS256', 'Ed25519'] as const)('oauth4webapi, with keys for %s', (alg) => {
  async function setUp(id: 'web' | 'spa' = 'web') {
    const server = await startServer({ keys: keyFor(alg) });
    const issuer = new URL(server.url);
    const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...OVER_HTTP });
    const as = await oauth.processDiscoveryResponse(issuer, found);
    const method = id === 'spa' ? oauth.None() : oauth.ClientSecretBasic(CLIENTS[id]);
    const parameters = new URLSearchParams(CREDENTIALS);
    const response = await oauth.genericTokenEndpointRequest(
      as,
      { client_id: id },
      method,
      'password',
      parameters,
      OVER_HTTP,
    );
    const tokens = await oauth.processGenericTokenEndpointResponse(as, { client_id: id }, response);
    const validate = (token: string, audience = AUDIENCE) => {
      const headers = { authorization: `Bearer ${token}` };
      return oauth.validateJwtAccessToken(
        as,
        new Request('https://api.test/orders', { headers }),
        audience,
        OVER_HTTP,
      );
    };
    return { server, as, tokens, validate };
  }

  it('takes an access token as RFC 9068 has it, by the key set that the metadata names', async () => {
    const { server, tokens, validate } = await setUp();
    const claims = await validate(tokens.access_token);
    expect(claims).toMatchObject({
      iss: server.url,
      aud: AUDIENCE,
      sub: 'ada',
      client_id: 'web',
      scope: 'read write',
      jti: expect.any(String),
      auth_time: expect.any(Number),
    });
    const response = await oauth.refreshTokenGrantRequest(
      { issuer: server.url, token_endpoint: `${server.url}/api/token/token` },
      { client_id: 'web' },
      oauth.ClientSecretBasic(CLIENTS.web),
      String(tokens.refresh_token),
      OVER_HTTP,
    );
    const next = await oauth.processRefreshTokenResponse(
      { issuer: server.url },
      { client_id: 'web' },
      response,
    );
    expect((await validate(next.access_token)).jti).not.toBe(claims.jti);
  });

  it('refuses a refresh token and another audience', async () => {
    const { tokens, validate } = await setUp();
    await expect(validate(String(tokens.refresh_token))).rejects.toThrow();
    await expect(validate(tokens.access_token, 'https://other.test')).rejects.toThrow();
  });

  it('takes the access token of a public client', async () => {
    const { tokens, validate } = await setUp('spa');
    expect(await validate(tokens.access_token)).toMatchObject({ client_id: 'spa', sub: 'ada' });
  });
});
