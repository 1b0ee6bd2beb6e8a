// Public text as HMAC secret: whoever reads it signs with it (security.md §2.1, R07).
import { describe, it } from 'vitest';
import { jwkOf, pairs, pemOf } from '../support/keys.ts';
import { encode } from '../support/tokens.ts';
import { expectNoKey } from './doors.ts';

const rsa = pairs.rsa();
const ec = pairs.ec('P-256');
const ed = pairs.ed25519();
const rsaPublic = jwkOf(rsa.publicKey);
const ecPublic = jwkOf(ec.publicKey);

describe('a secret that is public text (fast-jwt: CVE-2023-48223, CVE-2026-34950, GHSA-ww5h-9m49-7xx4, GHSA-g3jj-5cmm-3hxx)', () => {
  const pem = pemOf(rsa.publicKey);
  const jwk = JSON.stringify(rsaPublic);
  const pkcs1 = rsa.publicKey.export({ format: 'pem', type: 'pkcs1' }).toString();
  const bare = rsa.publicKey.export({ format: 'der', type: 'spki' });
  const PREFIXES = [
    '',
    ' ',
    '\n',
    '\t',
    '\uFEFF',
    '\0',
    '\u200B',
    '\u00A0',
    '// c\n',
    '# c\n',
    'x',
    '"',
    "'",
    'key=',
    '\\n',
  ];

  it.each(PREFIXES)('after %j is refused: PEM, JWK, JWK set, array of JWKs', (prefix) => {
    for (const text of [pem, pkcs1, jwk, `{"keys":[${jwk}]}`, `[${jwk}]`]) {
      for (const secret of [
        prefix + text,
        Buffer.from(prefix + text),
        { kty: 'oct', k: encode(prefix + text) },
      ]) {
        expectNoKey({ alg: 'HS256', secret });
        expectNoKey({ alg: 'HS512', secret });
      }
    }
  });

  it.each([
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
    ['a PEM of the old kind', '-----BEGIN RSA PUBLIC KEY-----\nMIIB\n-----END RSA PUBLIC KEY-----\n'],
    ['an EC PEM', pemOf(ec.publicKey)],
    ['an Ed25519 PEM', pemOf(ed.publicKey)],
    ['a PEM whose lines are escaped', pem.replaceAll('\n', '\\n')],
    ['a PEM without line feeds', pem.replaceAll('\n', '')],
    ['an indented JWK', JSON.stringify(rsaPublic, null, 4)],
    ['an EC JWK', JSON.stringify(ecPublic)],
    ['an OpenSSH key', `ssh-rsa ${'A'.repeat(80)}`],
  ])('%s is refused', (_name, secret) => {
    expectNoKey({ alg: 'HS256', secret });
  });

  it.each([
    ['base64 of an RSA public key without the PEM lines, as Keycloak shows it', bare.toString('base64')],
    ['base64url of it', bare.toString('base64url')],
    ['base64 of it in lines of 64', bare.toString('base64').replaceAll(/.{64}/g, '$&\n')],
    ['base64 of an EC public key', ec.publicKey.export({ format: 'der', type: 'spki' }).toString('base64')],
    ['its DER bytes', bare],
    ['the DER bytes of an EC public key', ec.publicKey.export({ format: 'der', type: 'spki' })],
    ['a PEM in UTF-16, as PowerShell writes files', Buffer.from(`\uFEFF${pem}`, 'utf16le')],
    ['a JWK in UTF-16', Buffer.from(jwk, 'utf16le')],
  ])('%s is refused', (_name, secret) => {
    expectNoKey({ alg: 'HS256', secret });
  });
});
