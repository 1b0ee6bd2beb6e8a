import { compactVerify, importJWK, type JWK } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Engine, EngineKey } from '../../src/engine/port.ts';
import { longSecret } from '../support/keys.ts';
import { encode } from '../support/tokens.ts';
import { ENGINE_NAMES, engines, FORMS, inForm, PAIR_ALGORITHMS, SECRET_ALGORITHMS } from './engines.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const SIGNERS = ENGINE_NAMES.flatMap((signer) => ENGINE_NAMES.map((verifier) => [signer, verifier] as const));

it('export the same functions', () => {
  expect(Object.keys(engines.jose).sort()).toEqual(Object.keys(engines.node).sort());
});

/** A signature made by one key and judged by another, and the near misses: one bit of the signature, one character of the input. */
async function expectAgreement(alg: string, signer: EngineKey, verifier: EngineKey): Promise<string> {
  const input = `${encode(JSON.stringify({ alg }))}.${encode('payload')}`;
  const signature = await signer.sign?.(input);
  expect(signature).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(await verifier.verify(input, signature ?? '')).toBe(true);
  const bytes = Buffer.from(signature ?? '', 'base64url');
  bytes[5] = (bytes[5] ?? 0) ^ 1;
  expect(await verifier.verify(input, bytes.toString('base64url'))).toBe(false);
  expect(await verifier.verify(`${input}x`, signature ?? '')).toBe(false);
  return `${input}.${signature}`;
}

describe.each(SIGNERS)('%s signs, %s verifies', (signing, verifying) => {
  const signer: Engine = engines[signing];
  const verifier: Engine = engines[verifying];

  it.each(SECRET_ALGORITHMS)('with a secret for %s', async (alg) => {
    const [one, other] = [
      await signer.importSecret(alg, longSecret()),
      await verifier.importSecret(alg, longSecret()),
    ];
    await expectAgreement(alg, one, other);
  });

  it.each(PAIR_ALGORITHMS.flatMap((alg) => FORMS.map((form) => [alg, form] as const)))(
    'with a pair for %s given as %s',
    async (alg, form) => {
      const one = await signer.importPrivate(alg, inForm(form, alg, 'privateKey'));
      const other = await verifier.importPublic(alg, inForm(form, alg, 'publicKey'));
      const token = await expectAgreement(alg, one, other);
      await expectAgreement(alg, one, one);
      const { payload } = await compactVerify(
        token,
        await importJWK(inForm('JWK', alg, 'publicKey') as JWK, alg),
      );
      expect(Buffer.from(payload).toString()).toBe('payload');
    },
  );
});

describe('both engines see the same key', () => {
  const parts = ['privateKey', 'publicKey'] as const;

  it.each(SECRET_ALGORITHMS)('in a secret for %s', async (alg) => {
    const [one, other] = await Promise.all(
      ENGINE_NAMES.map((name) => engines[name].importSecret(alg, longSecret())),
    );
    expect(described(other)).toEqual(described(one));
    expect(one).toMatchObject({ alg, secretBytes: 64, publicJwk: undefined });
  });

  it.each(PAIR_ALGORITHMS.flatMap((alg) => parts.map((part) => [alg, part] as const)))(
    'for %s in every form of a %s',
    async (alg, part) => {
      const keys = await Promise.all(
        FORMS.flatMap((form) =>
          ENGINE_NAMES.map((name) => {
            const { importPrivate, importPublic } = engines[name];
            return (part === 'privateKey' ? importPrivate : importPublic)(alg, inForm(form, alg, part));
          }),
        ),
      );
      const [first] = keys;
      expect(first?.publicJwk).not.toHaveProperty('d');
      for (const key of keys) expect(described(key)).toEqual(described(first));
    },
  );

  function described(key: EngineKey | undefined) {
    const { sign, signAtOnce: _1, deriveMac, verify: _2, ...rest } = key ?? ({} as EngineKey);
    return { ...rest, signs: sign !== undefined, derives: deriveMac !== undefined };
  }
});

describe('both engines derive the same MACs', () => {
  it.each([
    ['a short purpose', 'a'],
    ['the purpose of the csrf cookie', 'tokenpair csrf cookie'],
    ['a purpose beyond ASCII', 'zweck ü'],
  ])('for %s', async (_title, purpose) => {
    for (const text of ['', 'session-id', 'ü€😀', 'x'.repeat(1000)]) {
      const macs = await Promise.all(
        ENGINE_NAMES.flatMap((name) => [
          engines[name].createMac(longSecret(), purpose)(text),
          derivedMac(name, purpose, text),
        ]),
      );
      expect(new Set(macs).size).toBe(1);
      expect(macs[0]).toMatch(/^[A-Za-z0-9_-]{43}$/);
    }
  });

  it('and other ones for another purpose or another secret', async () => {
    const { createMac } = engines.jose;
    const mac = await createMac(longSecret(), 'a')('text');
    expect(await createMac(longSecret(), 'b')('text')).not.toBe(mac);
    expect(await createMac(longSecret(1), 'a')('text')).not.toBe(mac);
  });

  async function derivedMac(name: keyof typeof engines, purpose: string, text: string) {
    const key = await engines[name].importSecret('HS512', longSecret());
    return key.deriveMac?.(purpose)(text);
  }
});

describe('what an engine has taken', () => {
  it.each(ENGINE_NAMES)('does not change with the bytes it was given (%s)', async (name) => {
    const secret = Buffer.from(longSecret());
    const { importSecret, createMac } = engines[name];
    const imported = importSecret('HS256', secret);
    const mac = createMac(secret, 'purpose');
    secret.fill(0);
    const original = await importSecret('HS256', longSecret());
    const key = await imported;
    expect(key.fingerprint).toBe(original.fingerprint);
    expect(await key.sign?.('input')).toBe(await original.sign?.('input'));
    expect(await mac('text')).toBe(await createMac(longSecret(), 'purpose')('text'));
  });

  it('is not extractable where it is private', async () => {
    const spy = vi.spyOn(globalThis.crypto.subtle, 'importKey');
    await engines.jose.importSecret('HS256', longSecret());
    await engines.jose.importPrivate('ES256', inForm('CryptoKey', 'ES256', 'privateKey'));
    const signing = spy.mock.calls.filter(([, , , , usages]) => usages.includes('sign'));
    expect(signing.map(([, , , extractable]) => extractable)).toEqual([false, false, false]);
  });

  it('fails where it is used, and nowhere unhandled, when the runtime cannot derive', async () => {
    vi.spyOn(globalThis.crypto.subtle, 'importKey').mockRejectedValue(new Error('not here'));
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    try {
      const mac = engines.jose.createMac(longSecret(), 'purpose');
      for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
      await expect(mac('text')).rejects.toThrow('not here');
    } finally {
      process.off('unhandledRejection', unhandled);
    }
    expect(unhandled).not.toHaveBeenCalled();
  });
});
