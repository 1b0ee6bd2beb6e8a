// What a guard refuses, stage by stage: gate, header, claims.
import { claimsOf, craft, equal, guarded, makeAuth, NOT_VALID } from './support.mjs';

const HEADER = { alg: 'HS256', typ: 'at+jwt', kid: 'k1' };
const EXPIRED = 'token_expired 401';
const WRONG_TYPE = 'token_wrong_type 401';

/** Changes of the text of a good token. */
const GATE = {
  'no token at all': () => 'x',
  'two segments': (token) => token.slice(0, token.lastIndexOf('.')),
  'four segments': (token) => `${token}.x`,
  'an empty signature': (token) => token.replace(/[^.]+$/, ''),
  'an empty payload': (token) => token.replace(/\..+\./, '..'),
  padding: (token) => `${token}=`,
  'a character of the other base64 alphabet': (token) => `${token.slice(0, -1)}+`,
  'an impossible length': (token) => `${token}AA`,
  'trailing bits': (token) => token.slice(0, -1) + twin(token.at(-1)),
  'more than 8 kB': (token) => token.replace('.', `${'A'.repeat(8192)}.`),
};

/** Headers around a payload that is good, signed with the right secret. */
const HEADERS = {
  'alg none': { ...HEADER, alg: 'none' },
  'another alg': { ...HEADER, alg: 'HS512' },
  'an unknown kid': { ...HEADER, kid: 'k2' },
  'no kid': { alg: 'HS256', typ: 'at+jwt' },
  'another typ': { ...HEADER, typ: 'JWT' },
  'a jwk': { ...HEADER, jwk: { kty: 'oct', k: 'AA' } },
  'a jku': { ...HEADER, jku: 'https://other.test/jwks' },
  'a crit': { ...HEADER, crit: ['exp'], exp: 1 },
  'members in another order': { typ: 'at+jwt', alg: 'HS256', kid: 'k1' },
  'a space': JSON.stringify(HEADER).replace(',', ', '),
  'a member twice': JSON.stringify(HEADER).replace('{', '{"alg":"none",'),
};

/** Payloads below the right header, signed with the right secret. */
const CLAIMS = {
  'another issuer': [(claims) => ({ ...claims, iss: 'https://other.test' }), NOT_VALID],
  'another audience': [(claims) => ({ ...claims, aud: 'https://other.test' }), NOT_VALID],
  'an audience that only begins the same': [
    (claims) => ({ ...claims, aud: `${claims.aud}.evil` }),
    NOT_VALID,
  ],
  'no subject': [({ sub: _, ...claims }) => claims, NOT_VALID],
  'an empty session': [(claims) => ({ ...claims, sid: '' }), NOT_VALID],
  'no expiry': [({ exp: _, ...claims }) => claims, NOT_VALID],
  'an expiry of text': [(claims) => ({ ...claims, exp: String(claims.exp) }), NOT_VALID],
  'an expiry past its leeway': [
    (claims) => ({ ...claims, iat: claims.iat - 305, exp: claims.iat - 5 }),
    EXPIRED,
  ],
  'a life past maxLife': [(claims) => ({ ...claims, exp: claims.iat + 86_401 }), NOT_VALID],
  'an iat ahead of the clock': [(claims) => ({ ...claims, iat: claims.iat + 61 }), NOT_VALID],
  'an nbf ahead of the clock': [(claims) => ({ ...claims, nbf: claims.iat + 61 }), NOT_VALID],
  'an array': [(claims) => [claims], NOT_VALID],
  'a member twice': [(claims) => JSON.stringify(claims).replace('{', '{"sub":"2",'), NOT_VALID],
  'a __proto__ member': [(claims) => JSON.stringify(claims).replace('{', '{"__proto__":{},'), NOT_VALID],
  'a byte order mark': [(claims) => `\ufeff${JSON.stringify(claims)}`, NOT_VALID],
  'bytes that are not UTF-8': [() => Uint8Array.of(0x7b, 0xff, 0x7d), NOT_VALID],
  'an unknown session': [(claims) => ({ ...claims, sid: 'unknown' }), 'token_revoked 401'],
};

/** @returns {import('./support.mjs').Check[]} */
export function verificationChecks() {
  return [
    {
      name: 'verification takes a token made by hand as ours are, and passes frozen claims',
      async run() {
        const { auth, access } = await loggedIn();
        const claims = await guarded(auth, await craft(HEADER, claimsOf(access)));
        equal(claims, claimsOf(access), 'the claims');
        equal([Object.isFrozen(claims), Object.getPrototypeOf(claims)], [true, null], 'frozen, prototype');
      },
    },
    ...Object.entries(GATE).map(([title, change]) => refuses(`the gate refuses ${title}`, change, NOT_VALID)),
    ...Object.entries(HEADERS).map(([title, header]) =>
      refuses(`the header table refuses ${title}`, (token) => craft(header, claimsOf(token)), NOT_VALID),
    ),
    ...Object.entries(CLAIMS).map(([title, [change, refusal]]) =>
      refuses(
        `the claims stage refuses ${title}`,
        (token) => craft(HEADER, change(claimsOf(token))),
        refusal,
      ),
    ),
    {
      name: 'a refresh token is refused as an access token, and the other way round',
      async run() {
        const { auth, access, refresh } = await loggedIn();
        equal(await guarded(auth, refresh), WRONG_TYPE);
        const answer = await auth.handle(post('/refresh', { refresh: access }));
        equal([answer.status, JSON.parse(answer.body).code], [401, 'token_wrong_type']);
      },
    },
  ];
}

function refuses(name, change, refusal) {
  return {
    name,
    async run() {
      const { auth, access } = await loggedIn();
      equal(await guarded(auth, await change(access)), refusal);
    },
  };
}

async function loggedIn() {
  const { auth } = makeAuth();
  return { auth, ...(await auth.sessions.issue({ subject: '1' })) };
}

/** The next character that a lax decoder reads as the same signature: 43 characters hold 258 bits for 256. */
function twin(char) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return alphabet[alphabet.indexOf(char) + 1];
}

function post(path, body) {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const rawHeaders = ['Content-Type', 'application/json'];
  return { method: 'POST', path, rawHeaders, body: { read: async () => bytes } };
}
