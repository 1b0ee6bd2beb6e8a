// Keys at run time, and what is never admitted as a key.
import { equal, guarded, holds, makeAuth, NOT_VALID, SECRET } from './support.mjs';

/** @returns {import('./support.mjs').Check[]} */
export function keyChecks(fixtures) {
  return [...rotationChecks(fixtures), ...admissionChecks(fixtures)];
}

function rotationChecks({ good }) {
  const first = { alg: 'ES256', privateKey: good.p256.privateJwk };
  const second = { alg: 'EdDSA', privateKey: good.ed25519.privateJwk };
  return Object.entries({
    'a key is published, signs, and the old one is retired': async () => {
      const { auth } = makeAuth({ keys: first });
      const { access: keys } = auth.keys;
      const old = await auth.sessions.issue({ subject: '1' });
      const kid = await keys.publish(second);
      equal(
        auth
          .jwks()
          .keys.map((key) => key.alg)
          .sort(),
        ['ES256', 'EdDSA'],
        'published',
      );
      keys.signWith(kid);
      const fresh = await auth.sessions.issue({ subject: '1' });
      equal((await guarded(auth, old.access)).sub, '1', 'the old token before');
      keys.retire(keys.list()[1].kid);
      equal(await guarded(auth, old.access), NOT_VALID, 'the old token after');
      equal((await guarded(auth, fresh.access)).sub, '1', 'the new token');
    },
    'what is published has public members only': async () => {
      const { auth } = makeAuth({ keys: [first, { alg: 'RS256', privateKey: good.rsa.privateJwk }] });
      await auth.ready();
      const members = auth.jwks().keys.map((key) => Object.keys(key).sort().join());
      equal(members, ['alg,crv,kid,kty,use,x,y', 'alg,e,kid,kty,n,use']);
    },
    'a secret is never published': async () => {
      const { auth } = makeAuth();
      await auth.ready();
      equal(auth.jwks(), { keys: [] });
    },
    'a secret that the app overwrites stays the key it was': async () => {
      const secret = Uint8Array.from(SECRET);
      const { auth } = makeAuth({ keys: { alg: 'HS256', secret } });
      secret.fill(0);
      const { access } = await auth.sessions.issue({ subject: '1' });
      const other = makeAuth({ keys: { alg: 'HS256', secret: SECRET }, revocation: 'none' }).auth;
      equal((await guarded(other, access)).sub, '1', 'the subject');
    },
    'a bad key is refused at run time too, and leaves the others': async () => {
      const { auth } = makeAuth();
      await auth.ready();
      equal(await refusalOfKey(() => auth.keys.access.publish({ alg: 'HS256', secret: 'short' })), 'refused');
      equal(auth.keys.access.list(), [{ kid: 'k1', alg: 'HS256' }]);
    },
  }).map(([name, run]) => ({ name, run }));
}

/** Each by the option `keys`; `publicKey` and the like stand behind a key that signs. */
function badKeys({ good, bad }) {
  const { p256, p384, rsa } = good;
  const verifying = (alg, publicKey) => [
    { alg: 'HS256', secret: SECRET },
    { alg, publicKey },
  ];
  return {
    'a short secret': { alg: 'HS256', secret: SECRET.subarray(0, 31) },
    'an empty secret': { alg: 'HS256', secret: new Uint8Array() },
    'a secret shorter than its hash': { alg: 'HS512', secret: SECRET.subarray(0, 63) },
    'a PEM as secret': { alg: 'HS256', secret: p256.publicPem },
    'a JWK as the text of a secret': { alg: 'HS256', secret: JSON.stringify(p256.publicJwk) },
    'a public JWK as secret': { alg: 'HS256', secret: p256.publicJwk },
    'a secret for ES256': { alg: 'ES256', secret: SECRET },
    'a private key for HS256': { alg: 'HS256', privateKey: p256.privateJwk },
    'alg none': { alg: 'none', secret: SECRET },
    'a public key in the first place': { alg: 'ES256', publicKey: p256.publicJwk },
    'a public JWK as private': { alg: 'ES256', privateKey: p256.publicJwk },
    'a public PEM as private': { alg: 'ES256', privateKey: p256.publicPem },
    'a private JWK as public': verifying('ES256', p256.privateJwk),
    'a private PEM as public': verifying('RS256', rsa.privatePem),
    'an encrypted PEM': { alg: 'ES256', privateKey: bad.encryptedPem },
    'RSA of 1024 bits': { alg: 'RS256', privateKey: bad.rsa1024.privateJwk },
    'RSA of 1024 bits to verify with': verifying('PS256', bad.rsa1024.publicPem),
    'an RSA exponent of 3': verifying('RS256', bad.rsaExponent3.publicJwk),
    'an RSA-PSS private PEM': { alg: 'PS256', privateKey: bad.rsaPss.privatePem },
    'an RSA-PSS public PEM': verifying('PS256', bad.rsaPss.publicPem),
    'an RSA JWK for ES256': { alg: 'ES256', privateKey: rsa.privateJwk },
    'an RSA PEM for ES256': verifying('ES256', rsa.publicPem),
    'an EC JWK for RS256': { alg: 'RS256', privateKey: p256.privateJwk },
    'an EC PEM for RS256': verifying('RS256', p256.publicPem),
    'an EC private PEM for PS256': { alg: 'PS256', privateKey: p256.privatePem },
    'an RSA private PEM for EdDSA': { alg: 'EdDSA', privateKey: rsa.privatePem },
    'an EC PEM for EdDSA': verifying('EdDSA', p256.publicPem),
    'P-384 for ES256, as JWK': { alg: 'ES256', privateKey: p384.privateJwk },
    'P-384 for ES256, as PEM': verifying('ES256', p384.publicPem),
    'P-384 for ES512, as PEM': { alg: 'ES512', privateKey: p384.privatePem },
    'secp256k1 for ES256': verifying('ES256', bad.secp256k1.publicJwk),
    'X25519 for EdDSA': verifying('EdDSA', bad.x25519.publicJwk),
    'X25519 for EdDSA, as PEM': verifying('EdDSA', bad.x25519.publicPem),
    'X25519 for EdDSA, as private PEM': { alg: 'EdDSA', privateKey: bad.x25519.privatePem },
    'Ed448 for EdDSA': verifying('EdDSA', bad.ed448.publicJwk),
    'Ed448 for EdDSA, as PEM': verifying('EdDSA', bad.ed448.publicPem),
    'Ed448 for EdDSA, as private PEM': { alg: 'EdDSA', privateKey: bad.ed448.privatePem },
    'a point off the curve': verifying('ES256', { ...p256.publicJwk, x: good.p256Other.publicJwk.x }),
    'a JWK without a member': verifying('ES256', { ...p256.publicJwk, x: undefined }),
    'a JWK for another algorithm': verifying('ES256', { ...p256.publicJwk, alg: 'ES384' }),
    'an object that is no key': verifying('RS256', {}),
    'text that is no PEM': verifying('RS256', 'no key'),
    'a PEM of garbage': verifying('RS256', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'),
    'one kid twice': [
      { alg: 'HS256', secret: SECRET, kid: 'k' },
      { alg: 'ES256', privateKey: p256.privateJwk, kid: 'k' },
    ],
    'one key twice': [
      { alg: 'ES256', privateKey: p256.privateJwk, kid: 'a' },
      { alg: 'ES256', publicKey: p256.publicPem, kid: 'b' },
    ],
  };
}

function admissionChecks(fixtures) {
  return Object.entries(badKeys(fixtures)).map(([title, keys]) => ({
    name: `admission refuses ${title}`,
    async run() {
      equal(await refusalOfKey(() => makeAuth({ keys }).auth.ready()), 'refused');
    },
  }));
}

/** A wrong key is a `TypeError` with one of two codes that names the option and never shows the key. */
async function refusalOfKey(call) {
  try {
    await call();
  } catch (error) {
    holds(error instanceof TypeError, `a TypeError, not ${error?.name}`);
    holds(/^ERR_INVALID_ARG_(TYPE|VALUE)$/.test(error.code), `a configuration error, not "${error.message}"`);
    holds(!/-----|"kty"/.test(error.message), 'the message shows no key');
    return 'refused';
  }
  return 'admitted';
}
