// The examples of RFC 7520 §4, RFC 8037 and RFC 7797 (ietf-jose/cookbook).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Algorithm, Jwk, KeyInput } from '@tokenpair/core';
import { createVerifier } from '@tokenpair/core/verifier';
import { expect, it } from 'vitest';
import { importPrivate, importPublic, importSecret } from '../../src/engine/node.ts';
import { admitKey } from '../../src/keys/admit-key.ts';
import { openGate } from '../../src/token/gate.ts';
import { createClock, T0 } from '../support/clock.ts';
import { refusalOf } from '../support/outcome.ts';
import { craft } from '../support/tokens.ts';
import { describeVectors } from '../support/vectors.ts';

interface Example {
  readonly title: string;
  readonly reproducible?: boolean;
  readonly input: { readonly payload: string; readonly key?: Jwk; readonly alg?: Algorithm };
  readonly signing?: { readonly 'sig-input': string; readonly sig: string };
  readonly output: { readonly compact?: string; readonly json_flat?: Record<string, unknown> };
}

const read = (folder: string, file: string): Example =>
  JSON.parse(readFileSync(join(folder, file), 'utf8').replace(/^\uFEFF/, '')) as Example;

const JWS = [
  ['4_1.rsa_v15_signature.json', 'RS256'],
  ['4_2.rsa-pss_signature.json', 'PS384'],
  ['4_3.ecdsa_signature.json', 'ES512'],
  ['4_4.hmac-sha2_integrity_protection.json', 'HS256'],
] as const;

/** The public half, as a verifier has it. */
function engineKey(alg: Algorithm, jwk: Jwk) {
  if (jwk.kty === 'oct') return importSecret(alg, Buffer.from(String(jwk['k']), 'base64url'));
  const { kty, n, e, crv, x, y } = jwk;
  return importPublic(alg, JSON.parse(JSON.stringify({ kty, n, e, crv, x, y })));
}

describeVectors('RFC 7520', 'cookbook/jws', (folder) => {
  it.each(JWS)('%s verifies, and not with one bit changed', (file, alg) => {
    const { input, output } = read(folder, file);
    const compact = openGate(output.compact);
    const key = engineKey(alg, input.key ?? {});
    expect(key.verify(String(compact?.input), String(compact?.signature))).toBe(true);
    expect(key.verify(`${compact?.input}A`, String(compact?.signature))).toBe(false);
  });

  it.each(JWS)('%s: its key is admitted for its algorithm alone', (file, alg) => {
    const { input } = read(folder, file);
    const { alg: _, ...jwk } = input.key ?? {};
    const keyInput = { alg, ...(jwk.kty === 'oct' ? { secret: jwk } : { privateKey: jwk }) } as KeyInput;
    expect(admitKey(keyInput, 'key')).toMatchObject({ alg, kid: jwk['kid'] });
  });

  it.each(JWS.filter(([, alg]) => alg === 'RS256' || alg === 'HS256'))(
    '%s is signed again byte for byte',
    async (file, alg) => {
      const { input, signing } = read(folder, file);
      const jwk = input.key ?? {};
      const key = jwk.kty === 'oct' ? engineKey(alg, jwk) : importPrivate(alg, jwk);
      expect(await key.sign?.(String(signing?.['sig-input']))).toBe(signing?.sig);
    },
  );

  it.each([
    ['4_5.signature_with_detached_content.json', 'a detached payload'],
    ['4_6.protecting_specific_header_fields.json', 'an unprotected header'],
    ['4_7.protecting_content_only.json', 'no protected header'],
    ['4_8.multiple_signatures.json', 'several signatures'],
  ])('%s does not pass the gate: %s', (file) => {
    const { output } = read(folder, file);
    for (const form of Object.values(output)) {
      expect(openGate(form)).toBeUndefined();
      expect(openGate(typeof form === 'string' ? form : JSON.stringify(form))).toBeUndefined();
    }
  });
});

describeVectors('RFC 8037', 'cookbook/curve25519', (folder) => {
  it('jws.json verifies, and is signed again byte for byte', () => {
    const { input, output, signing } = read(folder, 'jws.json');
    const compact = openGate(output.compact);
    expect(
      engineKey('EdDSA', input.key ?? {}).verify(String(compact?.input), String(compact?.signature)),
    ).toBe(true);
    const { use: _, ...jwk } = input.key ?? {};
    expect(importPrivate('EdDSA', jwk).sign?.(String(signing?.['sig-input']))).toBe(signing?.sig);
  });
});

describeVectors('RFC 7797 (b64=false)', 'cookbook/rfc7797', (folder) => {
  const files = ['4.2.hmac-sha2_b64_false.json', 'hmac-sha2_b64_false.json'];

  it.each(files)('%s does not pass the gate', (file) => {
    const { output } = read(folder, file);
    for (const form of Object.values(output)) {
      expect(openGate(form)).toBeUndefined();
      expect(openGate(typeof form === 'string' ? form : JSON.stringify(form))).toBeUndefined();
    }
  });

  it.each(files)(
    'the key of %s does not make b64=false good in a token that passes the gate',
    async (file) => {
      const { input } = read(folder, file);
      const secret = Buffer.from(String(input.key?.['k']), 'base64url');
      const verifier = createVerifier({
        issuers: [{ issuer: 'x', audience: null, typ: null, keys: { alg: 'HS256', secret } }],
        clock: createClock(),
      });
      const claims = { iss: 'x', sub: '1', iat: T0 / 1000, exp: T0 / 1000 + 60 };
      expect((await verifier.verify(craft({ alg: 'HS256' }, claims, secret))).issuer).toBe('x');
      for (const header of [
        { alg: 'HS256', b64: false, crit: ['b64'] },
        { alg: 'HS256', b64: false },
        { alg: 'HS256', b64: true, crit: ['b64'] },
      ])
        expect(await refusalOf(() => verifier.verify(craft(header, claims, secret)))).toEqual([
          'token_not_valid',
          401,
        ]);
    },
  );
});
