import type { AuthErrorCode, JsonObject, Jwk } from '@tokenpair/core';
import { T0 } from '../support/clock.ts';
import type { IssuerKey } from './support.ts';

const NOW = T0 / 1000;

/** A token that is nearly right: what it says otherwise, and what it is refused with. */
export interface NearMiss {
  readonly name: string;
  readonly header?: JsonObject;
  readonly claims?: JsonObject;
  readonly code?: AuthErrorCode;
}

/** What an issuer's access token (Google's ID token) looks like, member for member. */
export interface IssuerFixture {
  /** Its name in docs/issuers.md. */
  readonly name: string;
  /** Where that page says that the keys are. */
  readonly jwks: string;
  /** Options that the page names besides the block. */
  readonly change?: { readonly typ?: undefined };
  readonly header: JsonObject;
  readonly claims: JsonObject;
  readonly audienceClaim: string;
  readonly required: readonly string[];
  readonly scopes: readonly string[];
  readonly session?: string;
  /** The key set as the issuer publishes it, other keys included. */
  readonly keySet: (key: IssuerKey) => readonly Jwk[];
  /** Other tokens of the same issuer, with the same key, that are no access token for this API. */
  readonly nearMisses: readonly NearMiss[];
}

const CERTIFICATE = 'MIIC/zCCAeegAwIBAgIJ';
const TENANT = '8d3f9a52-6c1b-4f0e-9a77-2b5e1c0d4f63';
const API = '0f2c7d1e-94b8-4c55-8e21-6a7b3d9c5e10';
const POOL = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab3dE6gHi';
const REALM = 'https://sso.example.com/realms/shop';
const OKTA = 'https://example.okta.com/oauth2/default';
const GOOGLE_CLIENT = '407408718192-n3v5k2q8r1t6.apps.googleusercontent.com';
const REGISTERED = ['exp', 'iat', 'iss', 'sub'];

const auth0: IssuerFixture = {
  name: 'auth0',
  jwks: 'https://example.eu.auth0.com/.well-known/jwks.json',
  header: { alg: 'RS256', typ: 'JWT', kid: 'NkJCQzIyQzRBMEU4NjhGNUU4MzU4RkY0M0ZDQzkwOUQ0Q0VGNUMwQg' },
  claims: {
    iss: 'https://example.eu.auth0.com/',
    sub: 'auth0|6553da60a54af58e29493993',
    aud: ['https://api.example.com', 'https://example.eu.auth0.com/userinfo'],
    iat: NOW,
    exp: NOW + 86_400,
    scope: 'openid profile read:orders',
    azp: 'K1AUPhZq8mRi0Q0pjhkfu1D7y6KjDQja',
    permissions: ['read:orders'],
  },
  audienceClaim: 'aud',
  required: [...REGISTERED, 'aud'],
  scopes: ['openid', 'profile', 'read:orders'],
  keySet: ({ jwk }) => [{ ...jwk, alg: 'RS256', use: 'sig', x5t: 'NkJCQzIyQzRBMEU4Njg', x5c: [CERTIFICATE] }],
  nearMisses: [
    {
      name: 'an ID token for a client',
      claims: { aud: 'K1AUPhZq8mRi0Q0pjhkfu1D7y6KjDQja', nonce: 'n', sid: 's' },
    },
  ],
};

const auth0Rfc9068: IssuerFixture = {
  ...auth0,
  change: { typ: undefined },
  header: { ...auth0.header, typ: 'at+jwt' },
  claims: { ...auth0.claims, client_id: 'K1AUPhZq8mRi0Q0pjhkfu1D7y6KjDQja', jti: '73WakrfVbNJBaAmhQtEeDv' },
  nearMisses: [{ name: 'an ID token', header: { typ: 'JWT' }, code: 'token_wrong_type' }],
};

/** Entra's keys have no `alg`. */
const entraKeys: IssuerFixture['keySet'] = ({ jwk, kid }) => [
  {
    ...jwk,
    use: 'sig',
    x5t: kid,
    x5c: [CERTIFICATE],
    issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  },
];

const entraV2: IssuerFixture = {
  name: 'entraV2',
  jwks: `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`,
  header: { typ: 'JWT', alg: 'RS256', kid: 'imi0Y2z0dYKxBttAqK_Tt5hYBTk' },
  claims: {
    aud: API,
    iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    iat: NOW - 300,
    nbf: NOW - 300,
    exp: NOW + 4_215,
    aio: 'AWQAm/8XAAAAmXEaA1HjKZ',
    azp: '6a7c2f7e-3d51-4c1b-8f0a-9e2d7b6c1a55',
    azpacr: '0',
    name: 'Ada Lovelace',
    oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
    preferred_username: 'ada@example.com',
    rh: '0.AXoAUpo_jRtsDk-ad',
    scp: 'Orders.Read Orders.Write',
    sid: '001f8e21-0d2a-4f0c-b6e4-1f2d3c4b5a69',
    sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
    tid: TENANT,
    uti: 'fqiBqXLPj0eQa82S-IYFAA',
    ver: '2.0',
  },
  audienceClaim: 'aud',
  required: [...REGISTERED, 'aud', 'tid', 'azp'],
  scopes: ['Orders.Read', 'Orders.Write'],
  session: '001f8e21-0d2a-4f0c-b6e4-1f2d3c4b5a69',
  keySet: entraKeys,
  nearMisses: [
    {
      name: 'a token of version 1',
      claims: { iss: `https://sts.windows.net/${TENANT}/`, ver: '1.0', aud: `api://${API}` },
    },
    {
      name: 'a token of another tenant',
      claims: { iss: 'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0' },
    },
  ],
};

const entraV1: IssuerFixture = {
  name: 'entraV1',
  jwks: `https://login.microsoftonline.com/${TENANT}/discovery/keys`,
  header: {
    typ: 'JWT',
    alg: 'RS256',
    x5t: 'imi0Y2z0dYKxBttAqK_Tt5hYBTk',
    kid: 'imi0Y2z0dYKxBttAqK_Tt5hYBTk',
  },
  claims: {
    aud: `api://${API}`,
    iss: `https://sts.windows.net/${TENANT}/`,
    iat: NOW - 300,
    nbf: NOW - 300,
    exp: NOW + 4_215,
    acr: '1',
    aio: 'AXQAi/8IAAAAFm+E',
    amr: ['pwd', 'mfa'],
    appid: '6a7c2f7e-3d51-4c1b-8f0a-9e2d7b6c1a55',
    appidacr: '0',
    family_name: 'Lovelace',
    given_name: 'Ada',
    ipaddr: '192.0.2.7',
    name: 'Ada Lovelace',
    oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
    rh: '0.AXoAUpo_jRtsDk-ad',
    scp: 'Orders.Read',
    sub: 'l3_roISQU222bULS9yi2k0XpqpOiMz5H3ZACo1GeXA',
    tid: TENANT,
    unique_name: 'ada@example.com',
    upn: 'ada@example.com',
    uti: 'fqiBqXLPj0eQa82S-IYFAA',
    ver: '1.0',
  },
  audienceClaim: 'aud',
  required: [...REGISTERED, 'aud', 'tid', 'appid'],
  scopes: ['Orders.Read'],
  keySet: entraKeys,
  nearMisses: [
    { name: 'the client id instead of the application ID URI', claims: { aud: API } },
    {
      name: 'a token of version 2',
      claims: { iss: `https://login.microsoftonline.com/${TENANT}/v2.0`, ver: '2.0' },
    },
  ],
};

const cognito: IssuerFixture = {
  name: 'cognito',
  jwks: `${POOL}/.well-known/jwks.json`,
  header: { kid: 'Vq7cG1bTzXwKf0mPpYyQJ2r5s8u/B?E(H+MbQeThWmY=', alg: 'RS256' },
  claims: {
    sub: '52e594a4-4041-70c1-29ab-aa0f27e37bc8',
    'cognito:groups': ['buyers'],
    iss: POOL,
    version: 2,
    client_id: '7l8kq2m5n1p4r9t0v3x6z8b2d5',
    origin_jti: 'd2e25a3e-ab20-4b6e-ae6d-36e6b2c5f6d3',
    event_id: 'ebad77b9-25c2-4a5b-9f3d-7f7a4c7b9d1e',
    token_use: 'access',
    scope: 'orders/read openid',
    auth_time: NOW - 60,
    exp: NOW + 3_600,
    iat: NOW,
    jti: '48c5a2b7-5d7a-4e8c-9e0f-1a2b3c4d5e6f',
    username: '52e594a4-4041-70c1-29ab-aa0f27e37bc8',
  },
  audienceClaim: 'client_id',
  required: [...REGISTERED, 'client_id'],
  scopes: ['orders/read', 'openid'],
  keySet: ({ jwk, kid }) => [
    { ...jwk, kid: `${kid}-of-id-tokens`, alg: 'RS256', use: 'sig' },
    { ...jwk, alg: 'RS256', use: 'sig' },
  ],
  nearMisses: [
    { name: 'an ID token', claims: { token_use: 'id' } },
    { name: 'a token that does not say what it is', claims: { token_use: null } },
    {
      name: 'the app client in aud, as in an ID token, and another in client_id',
      claims: { aud: '7l8kq2m5n1p4r9t0v3x6z8b2d5', client_id: 'another' },
    },
  ],
};

const keycloak: IssuerFixture = {
  name: 'keycloak',
  jwks: `${REALM}/protocol/openid-connect/certs`,
  header: { alg: 'RS256', typ: 'JWT', kid: 'nnniBrxL0qhG79pkF3ccQj_l0jDmxKrYYy2YLlEe1s' },
  claims: {
    exp: NOW + 300,
    iat: NOW,
    auth_time: NOW - 5,
    jti: 'onrtac:3d0a5a1e-6d7c-4e0b-9b1a-52f6a4a1c7d9',
    iss: REALM,
    aud: ['orders-api', 'account'],
    sub: '7f1c5f0e-40ab-4f5b-9a4e-2f9a36a0d3b1',
    typ: 'Bearer',
    azp: 'shop-web',
    sid: 'b0f3f2b4-2d7e-4a57-8a5c-77a0b9c6f5e4',
    acr: '1',
    'allowed-origins': ['https://shop.example.com'],
    realm_access: { roles: ['offline_access', 'uma_authorization'] },
    resource_access: { account: { roles: ['view-profile'] } },
    scope: 'openid orders email',
    email_verified: false,
    preferred_username: 'ada',
  },
  audienceClaim: 'aud',
  required: [...REGISTERED, 'aud'],
  scopes: ['openid', 'orders', 'email'],
  session: 'b0f3f2b4-2d7e-4a57-8a5c-77a0b9c6f5e4',
  keySet: ({ jwk, kid }) => [
    { ...jwk, kid: `${kid}-enc`, alg: 'RSA-OAEP', use: 'enc', x5c: [CERTIFICATE] },
    { ...jwk, alg: 'RS256', use: 'sig', x5c: [CERTIFICATE], x5t: 'a', 'x5t#S256': 'b' },
  ],
  nearMisses: [
    { name: 'an ID token whose audience is this API', claims: { typ: 'ID', aud: 'orders-api' } },
    { name: 'a logout token', claims: { typ: 'Logout' } },
    { name: 'no audience mapper', claims: { aud: 'account' } },
  ],
};

const google: IssuerFixture = {
  name: 'google',
  jwks: 'https://www.googleapis.com/oauth2/v3/certs',
  header: { alg: 'RS256', kid: 'c8ab71530972bba20b49f78a09c9852c43ff9118', typ: 'JWT' },
  claims: {
    iss: 'https://accounts.google.com',
    azp: GOOGLE_CLIENT,
    aud: GOOGLE_CLIENT,
    sub: '110169484474386276334',
    email: 'ada@example.com',
    email_verified: true,
    at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q',
    nonce: '0394852-3190485-2490358',
    name: 'Ada Lovelace',
    picture: 'https://lh3.googleusercontent.com/a/photo',
    iat: NOW,
    exp: NOW + 3_600,
  },
  audienceClaim: 'aud',
  required: [...REGISTERED, 'aud'],
  scopes: [],
  keySet: ({ jwk, kid }) => [
    { ...jwk, kid: `${kid}0`, alg: 'RS256', use: 'sig', e: 'AQAB' },
    { ...jwk, alg: 'RS256', use: 'sig' },
  ],
  nearMisses: [
    { name: 'the issuer without https', claims: { iss: 'accounts.google.com' } },
    { name: 'an address that is not verified', claims: { email_verified: false } },
    { name: 'the word true', claims: { email_verified: 'true' } },
  ],
};

const okta: IssuerFixture = {
  name: 'okta',
  jwks: `${OKTA}/v1/keys`,
  header: { kid: 'ZkvelLN_seik7w4pc_prCcfUf-h2hFfiwkDeCrs0iUc', alg: 'RS256' },
  claims: {
    ver: 1,
    jti: 'AT.MNAoEQ_jbKqoinrQo1D0XKjMX28U5d7ZszBceot7-Ts',
    iss: OKTA,
    aud: 'api://default',
    iat: NOW,
    exp: NOW + 3_600,
    cid: '0oa1b2c3d4e5F6G7h8i9',
    uid: '00u1a2b3c4d5E6F7g8h9',
    scp: ['openid', 'orders:read'],
    auth_time: NOW - 60,
    sub: 'ada@example.com',
  },
  audienceClaim: 'aud',
  required: [...REGISTERED, 'aud', 'cid'],
  scopes: ['openid', 'orders:read'],
  keySet: ({ jwk }) => [{ ...jwk, alg: 'RS256', use: 'sig' }],
  nearMisses: [
    {
      name: 'an ID token',
      claims: { aud: '0oa1b2c3d4e5F6G7h8i9', jti: 'ID.radCQMOQUmyvcTBmmIL0J6BaS60apUEiC7-vI7pOmkw' },
    },
    { name: 'a token of the organization', claims: { iss: 'https://example.okta.com' } },
  ],
};

export const FIXTURES: readonly (readonly [string, IssuerFixture])[] = [
  ['Auth0', auth0],
  ['Auth0, RFC 9068 profile', auth0Rfc9068],
  ['Entra ID v2.0', entraV2],
  ['Entra ID v1.0', entraV1],
  ['Cognito', cognito],
  ['Keycloak', keycloak],
  ['Google', google],
  ['Okta', okta],
];
