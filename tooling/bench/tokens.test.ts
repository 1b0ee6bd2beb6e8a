import { createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { describe, expect, it } from 'vitest';
import { ALGORITHMS, AUDIENCE, ISSUER, makeKey, toKeyInput } from './keys.ts';
import { assertJudges } from './peers/judge.ts';
import { bareSign, bareVerify } from './peers/node-crypto.ts';
import { judgeToken, tokenpairGuard } from './peers/tokenpair.ts';
import { forge, freshTexts, mintTokens } from './tokens.ts';

describe.each(ALGORITHMS)('tokens of %s', (alg) => {
  it('are taken by an auth with the key, and neither when forged nor when they are over', async () => {
    const key = await makeKey(alg);
    const good = await mintTokens(key, { count: 3 });
    const [over] = await mintTokens(key, { count: 1, life: -60 });
    const judge = judgeToken(await tokenpairGuard(key, { cache: false, revocation: 'none' }));
    const bad = [forge(good[0] as Buffer), (over as Buffer).toString('latin1')];
    await assertJudges('tokenpair', judge, { good, bad });
    await expect(assertJudges('nobody', () => undefined, { good, bad })).rejects.toThrow(
      'nobody takes a token',
    );
    await expect(
      assertJudges('tokenpair', judge, { good: [Buffer.from(bad[0] ?? '')], bad }),
    ).rejects.toThrow();
  });

  it('have the header and the claims of issued ones', async () => {
    const key = await makeKey(alg);
    const auth = createAuth({
      issuer: ISSUER,
      audience: AUDIENCE,
      keys: toKeyInput(key),
      store: memoryStore(),
    });
    const issued = (await auth.sessions.issue({ subject: '1', scope: 'a' })).access.split('.');
    const minted = (await mintTokens(key, { count: 1 }))[0]?.toString('latin1').split('.') ?? [];
    const namesOf = (payload = ''): string[] =>
      Object.keys(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    expect(minted[0]).toBe(issued[0]);
    expect(namesOf(minted[1]).sort()).toEqual(namesOf(issued[1]).sort());
  });

  it('have a signature that the floor checks', async () => {
    const key = await makeKey(alg);
    // Many, since the form of an ES256 signature depends on its leading bits.
    const tokens = await mintTokens(key, { count: 16 });
    const check = bareVerify(key, tokens);
    expect(tokens.every(() => check())).toBe(true);
    const forged = bareVerify(key, [Buffer.from(forge(tokens[0] as Buffer))]);
    expect(forged()).toBe(false);
    expect(bareSign(key, tokens)().length).toBeGreaterThan(31);
  });
});

it('texts come in turn, each time anew', () => {
  const next = freshTexts([Buffer.from('a'), Buffer.from('b')], 'Bearer ');
  expect([next(), next(), next()].sort()).toEqual(['Bearer a', 'Bearer b', 'Bearer b'].sort());
});
