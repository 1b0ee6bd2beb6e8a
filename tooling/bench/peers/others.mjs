// The libraries that Tokenpair is measured beside, each configured as well as its documentation allows: algorithm, issuer, audience
// and expiry are checked by all. They are dependencies of this folder alone.
import { createPrivateKey, createSecretKey, randomUUID } from 'node:crypto';
import { JwtVerifier } from 'aws-jwt-verify';
import { createSigner, createVerifier } from 'fast-jwt';
import { importPKCS8, importSPKI, jwtVerify, SignJWT } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { AUDIENCE, ISSUER, verifyingKey } from '../keys.ts';

/**
 * @typedef {import('../keys.ts').BenchKey} BenchKey
 * @typedef {import('./judge.ts').Judge} Judge
 */

/** fast-jwt, synchronous; its cache holds as many tokens as it is given. @param {BenchKey} key @param {number} [cache] @returns {Judge} */
export function fastJwtVerifier({ alg, secret, publicPem }, cache) {
  return createVerifier({
    key: secret ?? publicPem,
    algorithms: [alg],
    allowedIss: ISSUER,
    allowedAud: AUDIENCE,
    ...(cache !== undefined && { cache }),
  });
}

/** jose with a CryptoKey made once. @param {BenchKey} key @returns {Promise<Judge>} */
export async function joseVerifier(key) {
  const cryptoKey = await joseKey(key, 'verify');
  const options = { algorithms: [key.alg], issuer: ISSUER, audience: AUDIENCE };
  return (token) => jwtVerify(token, cryptoKey, options);
}

/** jsonwebtoken with a KeyObject; it knows no EdDSA. @param {BenchKey} key @returns {Judge | undefined} */
export function jsonwebtokenVerifier(key) {
  if (key.alg === 'EdDSA') return undefined;
  const object = verifyingKey(key);
  const options = { algorithms: [key.alg], issuer: ISSUER, audience: AUDIENCE };
  return (token) => jsonwebtoken.verify(token, object, options);
}

/** aws-jwt-verify, synchronous, its key set given beforehand; it knows no HS256. @param {BenchKey} key @returns {Judge | undefined} */
export function awsVerifier(key) {
  if (key.alg === 'HS256') return undefined;
  const jwk = { ...verifyingKey(key).export({ format: 'jwk' }), kid: key.kid, alg: key.alg, use: 'sig' };
  const verifier = JwtVerifier.create({ issuer: ISSUER, audience: AUDIENCE, jwksUri: `${ISSUER}jwks.json` });
  verifier.cacheJwks({ keys: [jwk] });
  return (token) => verifier.verifySync(token);
}

/** @param {BenchKey} key @returns {(claims: object) => string} */
export function fastJwtSigner({ alg, kid, secret, privatePem }) {
  return createSigner({ key: secret ?? privatePem, algorithm: alg, kid, noTimestamp: true });
}

/** @param {BenchKey} key @returns {Promise<(claims: object) => Promise<string>>} */
export async function joseSigner(key) {
  const cryptoKey = await joseKey(key, 'sign');
  const header = { alg: key.alg, typ: 'JWT', kid: key.kid };
  return (claims) => new SignJWT({ ...claims }).setProtectedHeader(header).sign(cryptoKey);
}

/** @param {BenchKey} key @returns {((claims: object) => string) | undefined} */
export function jsonwebtokenSigner({ alg, kid, secret, privatePem }) {
  if (alg === 'EdDSA') return undefined;
  const object = secret === undefined ? createPrivateKey(privatePem) : createSecretKey(Buffer.from(secret));
  return (claims) => jsonwebtoken.sign(claims, object, { algorithm: alg, keyid: kid, noTimestamp: true });
}

/** The claims that whoever signs by hand has to put together for each token. */
export function messageClaims(own) {
  const iat = Math.floor(Date.now() / 1000);
  return { iss: ISSUER, aud: AUDIENCE, sub: own.sub, jti: randomUUID(), iat, exp: iat + 3600, ...own };
}

function joseKey({ alg, secret, privatePem, publicPem }, use) {
  if (secret !== undefined)
    return crypto.subtle.importKey('raw', Buffer.from(secret), { name: 'HMAC', hash: 'SHA-256' }, false, [
      use,
    ]);
  return use === 'verify' ? importSPKI(publicPem, alg) : importPKCS8(privatePem, alg);
}
