// What Node does for the other runtimes: `fixtures` makes keys with node:crypto and tokens with core, `verify` judges the tokens
// that they issued. JSON in and out.
import { generateKeyPairSync } from 'node:crypto';
import process from 'node:process';
import { encode, guarded, makeAuth, SECRET } from './suite/support.mjs';

const NOW = 1_800_000_000_000;
const HASHES = ['256', '384', '512'];

const jobs = { fixtures: makeFixtures, verify: verifyTokens };

async function makeFixtures() {
  const good = {
    rsa: pair('rsa', { modulusLength: 2048 }),
    rsaOther: pair('rsa', { modulusLength: 2048 }),
    p256: pair('ec', { namedCurve: 'P-256' }),
    p256Other: pair('ec', { namedCurve: 'P-256' }),
    p384: pair('ec', { namedCurve: 'P-384' }),
    p384Other: pair('ec', { namedCurve: 'P-384' }),
    p521: pair('ec', { namedCurve: 'P-521' }),
    p521Other: pair('ec', { namedCurve: 'P-521' }),
    ed25519: pair('ed25519'),
    ed25519Other: pair('ed25519'),
  };
  const bad = {
    rsa1024: pair('rsa', { modulusLength: 1024 }),
    rsaExponent3: pair('rsa', { modulusLength: 2048, publicExponent: 3 }),
    rsaPss: pair('rsa-pss', { modulusLength: 2048 }),
    secp256k1: pair('ec', { namedCurve: 'secp256k1' }),
    x25519: pair('x25519'),
    ed448: pair('ed448'),
    encryptedPem: encryptedPem(),
  };
  const algorithms = await Promise.all(algorithmTable(good).map(withToken));
  return { now: NOW, good, bad, algorithms };
}

/** The parameters by which WebCrypto imports a key, and the key; `stranger` is what another service would have instead. */
function algorithmTable(good) {
  const withPair = (alg, web, name) => ({
    alg,
    web,
    forms: good[name],
    stranger: { privateKey: good[`${name}Other`].privateJwk },
  });
  const hashed = (prefix, web, name) =>
    HASHES.map((bits) => withPair(`${prefix}${bits}`, { name: web, hash: `SHA-${bits}` }, name));
  const secret = encode(SECRET);
  return [
    ...HASHES.map((bits) => ({ alg: `HS${bits}`, forms: { secret }, stranger: { secret: `${secret}x` } })),
    ...hashed('RS', 'RSASSA-PKCS1-v1_5', 'rsa'),
    ...hashed('PS', 'RSA-PSS', 'rsa'),
    withPair('ES256', { name: 'ECDSA', namedCurve: 'P-256' }, 'p256'),
    withPair('ES384', { name: 'ECDSA', namedCurve: 'P-384' }, 'p384'),
    withPair('ES512', { name: 'ECDSA', namedCurve: 'P-521' }, 'p521'),
    withPair('EdDSA', { name: 'Ed25519' }, 'ed25519'),
    withPair('Ed25519', { name: 'Ed25519' }, 'ed25519'),
  ];
}

async function withToken(fixture) {
  const { auth } = authFor(fixture);
  const { access } = await auth.sessions.issue({ subject: '1' });
  return { ...fixture, kid: auth.keys.access.list()[0].kid, token: access, now: NOW };
}

function authFor({ alg, forms }) {
  const key = forms.secret === undefined ? { privateKey: forms.privateJwk } : { secret: forms.secret };
  return makeAuth({ keys: { alg, ...key }, now: NOW, revocation: 'none' });
}

/** @returns for each runtime the algorithms whose token Node does not take */
async function verifyTokens({ fixtures, tokens }) {
  const entries = Object.entries(tokens).map(async ([runtime, byAlgorithm]) => {
    const refused = await Promise.all(
      fixtures.algorithms.map(async (fixture) => {
        const token = byAlgorithm[fixture.alg];
        const claims = token === undefined ? 'missing' : await guarded(authFor(fixture).auth, token);
        return claims.sub === '1' ? [] : [fixture.alg];
      }),
    );
    return [runtime, refused.flat()];
  });
  return Object.fromEntries(await Promise.all(entries));
}

function pair(type, options) {
  const { privateKey, publicKey } = generateKeyPairSync(type, options);
  const jwk = (key) => (type === 'rsa-pss' ? undefined : key.export({ format: 'jwk' }));
  return {
    privateJwk: jwk(privateKey),
    publicJwk: jwk(publicKey),
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }),
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }),
  };
}

function encryptedPem() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' });
}

let input = '';
if (process.argv[2] === 'verify') for await (const chunk of process.stdin) input += chunk;
console.log(JSON.stringify(await jobs[process.argv[2]](JSON.parse(input || 'null'))));
