import { describe, expect, it } from 'vitest';
import { makeAuth } from '../support/auth.ts';
import { keyFor } from '../support/keys.ts';
import { plain, requestOf } from '../support/requests.ts';
import { make } from './support.ts';

const PLACE = { prefix: '/api/token' };
const WELL_KNOWN = '/.well-known/oauth-authorization-server';
const INVALID = expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });

describe('the metadata of RFC 8414', () => {
  it('says what there is, below the issuer', () => {
    expect(make({ keys: keyFor('ES256') }).auth.metadata(PLACE)).toEqual({
      issuer: 'https://issuer.test',
      token_endpoint: 'https://issuer.test/api/token/token',
      jwks_uri: 'https://issuer.test/api/token/jwks',
      response_types_supported: [],
      grant_types_supported: ['password', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      revocation_endpoint: 'https://issuer.test/api/token/revoke',
      revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      introspection_endpoint: 'https://issuer.test/api/token/introspect',
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    });
  });

  it('leaves out what there is not', () => {
    const { auth } = make({ authenticateClient: undefined, login: undefined });
    expect(auth.metadata(PLACE)).toEqual({
      issuer: 'https://issuer.test',
      token_endpoint: 'https://issuer.test/api/token/token',
      response_types_supported: [],
      grant_types_supported: ['refresh_token'],
      token_endpoint_auth_methods_supported: ['none'],
      revocation_endpoint: 'https://issuer.test/api/token/revoke',
      revocation_endpoint_auth_methods_supported: ['none'],
    });
  });

  it.each([
    ['https://a.test', '/', 'https://a.test/token'],
    ['https://a.test/', '/t/', 'https://a.test/t/token'],
    ['https://a.test/tenant', '/tenant/t', 'https://a.test/tenant/t/token'],
    ['http://127.0.0.1:8000', '/t', 'http://127.0.0.1:8000/t/token'],
  ])('of %s at %s: the issuer exact, the endpoint %s', (issuer, prefix, endpoint) => {
    expect(make({ issuer }).auth.metadata({ prefix })).toMatchObject({ issuer, token_endpoint: endpoint });
  });

  it.each([
    ['nothing', undefined],
    ['no prefix', {}],
    ['an unknown option', { ...PLACE, x: 1 }],
    ['a prefix that is no text', { prefix: 1 }],
    ['a prefix without slash', { prefix: 'api' }],
    ['a prefix that is a URL', { prefix: 'https://x.test/' }],
    ['a prefix that names another host', { prefix: '//x.test' }],
    ['a prefix with a query', { prefix: '/x?y' }],
  ])('is refused with %s', (_what, place) => {
    const { auth } = make();
    expect(() => auth.metadata(place as typeof PLACE)).toThrow(TypeError);
    expect(() => auth.metadataRoutes(place as typeof PLACE)).toThrow(TypeError);
  });

  it.each(['my service', 'urn:x', 'https://a.test?x', 'https://a.test#x', 'ftp://a.test', 'https://'])(
    'is refused for the issuer %s',
    (issuer) => {
      expect(() => make({ issuer }).auth.metadata(PLACE)).toThrow(INVALID);
    },
  );

  it('is refused on the other wire, which no OAuth 2 client speaks', () => {
    expect(() => makeAuth().auth.metadata(PLACE)).toThrow(INVALID);
    expect(() => makeAuth().auth.metadataRoutes(PLACE)).toThrow(INVALID);
  });
});

describe('the route of the metadata', () => {
  it.each([
    ['https://a.test', WELL_KNOWN],
    ['https://a.test/', WELL_KNOWN],
    ['https://a.test/tenant/1', `${WELL_KNOWN}/tenant/1`],
    ['https://a.test/tenant/', `${WELL_KNOWN}/tenant`],
  ])('of %s is %s', async (issuer, path) => {
    const { auth } = make({ issuer });
    const routes = auth.metadataRoutes(PLACE);
    const answer = plain(await routes(requestOf('GET', path)));
    expect(answer).toEqual({
      status: 200,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'public, max-age=300',
      },
      body: { ...auth.metadata(PLACE) },
    });
    expect((await routes(requestOf('HEAD', path)))?.status).toBe(200);
    expect((await routes(requestOf('POST', path)))?.status).toBe(405);
    for (const other of ['/', '/token', `${path}/x`, '/.well-known/openid-configuration'])
      expect(await routes(requestOf('GET', other))).toBeUndefined();
  });

  it('tells of keys that come and go', async () => {
    const { auth } = make();
    const routes = auth.metadataRoutes(PLACE);
    const read = async () => plain(await routes(requestOf('GET', WELL_KNOWN)))?.body.jwks_uri;
    expect(await read()).toBeUndefined();
    await auth.keys.access.publish(keyFor('ES256'));
    expect(await read()).toBe('https://issuer.test/api/token/jwks');
  });
});
