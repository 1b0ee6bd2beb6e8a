/** Design §4, grace after an outage: a client whose answer was lost with the store is not taken for a thief (I5). */
import { describe, expect, it } from 'vitest';
import { logIn } from '../support/auth.ts';
import { MINUTE, SECOND } from '../support/clock.ts';
import { failureOf, refusalOf } from '../support/outcome.ts';
import { GRACE, record, refreshed, start } from '../support/refreshing.ts';
import { decode } from '../support/tokens.ts';

const LEEWAY = 5 * SECOND;

/** The rotation is made, its answer is lost, and the store stays away. */
async function lostWithTheStore(away: number) {
  const test = await start();
  test.store.fail('commit-then-throw', 'advance', 1);
  await failureOf(() => test.auth.refresh(test.refresh));
  test.store.fail('throw');
  for (let left = away; left > 0; left -= 30 * SECOND) {
    test.clock.advance(30 * SECOND);
    await failureOf(() => test.auth.refresh(test.refresh)); // as clients do
  }
  expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['store_unavailable', 503]);
  test.store.heal();
  return test;
}

type Lost = Awaited<ReturnType<typeof start>>;

describe('a rotation whose answer was lost with the store', () => {
  it('is answered with its successor when the store is back, long after grace', async () => {
    const test = await lostWithTheStore(5 * MINUTE);
    const token = await refreshed(test);
    expect(decode(token).claims['gen']).toBe(1);
    expect(test.names()).toContain('refresh.replayed_after_outage');
    expect(test.names()).not.toContain('refresh.replayed');
    expect((await record(test))?.generation).toBe(1);
    expect(await refreshed(test)).toBe(token);
    expect(decode(await refreshed(test, token)).claims['gen']).toBe(2);
  });

  it('has grace from the return of the store, and no more', async () => {
    const test = await lostWithTheStore(5 * MINUTE);
    await logIn(test, '2'); // the store is back
    test.clock.advance(GRACE + LEEWAY);
    expect(decode(await refreshed(test)).claims['gen']).toBe(1);
    test.clock.advance(1);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['refresh_token_reused', 401]);
  });

  it('has none after an outage of more than ten minutes', async () => {
    const test = await lostWithTheStore(11 * MINUTE);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['refresh_token_reused', 401]);
  });

  it('leaves an older generation a copy', async () => {
    const test = await start();
    const second = await refreshed(test);
    test.store.fail('commit-then-throw', 'advance', 1);
    await failureOf(() => test.auth.refresh(second));
    test.clock.advance(MINUTE);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['refresh_token_reused', 401]);
  });

  it('is told from one whose client could not try again in time, and which counts as well', async () => {
    const test = await start();
    await refreshed(test);
    test.clock.advance(10 * SECOND);
    test.store.fail('throw', 'advance', 1);
    await failureOf(() => test.auth.refresh(test.refresh));
    test.clock.advance(MINUTE);
    expect(decode(await refreshed(test)).claims['gen']).toBe(1);
  });

  it('does nothing for a rotation whose grace was over before the outage', async () => {
    const test = await start();
    await refreshed(test);
    test.clock.advance(GRACE + LEEWAY + 1);
    test.store.fail('throw', 'advance', 1);
    await failureOf(() => test.auth.refresh(test.refresh));
    test.clock.advance(MINUTE);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['refresh_token_reused', 401]);
  });

  it.each([
    ['a limit of sessions', (test: Lost) => test.auth.sessions.issue({ subject: '1' })],
    ['a store that is full', (test: Lost) => test.auth.sessions.issue({ subject: '2' })],
    ['a list', (test: Lost) => test.auth.sessions.list('1')],
    ['a revocation', (test: Lost) => test.auth.sessions.revoke({ id: 'x', subject: '1' })],
  ])('is not helped by the failure of something else: %s', async (name, ask) => {
    const test = await start({ session: { maxSessions: 1, onLimit: 'refuse' }, refresh: { grace: '1s' } });
    await refreshed(test);
    if (name !== 'a limit of sessions')
      for (const method of ['create', 'list', 'revoke'] as const) test.store.fail('throw', method);
    for (let n = 0; n < 20; n++) {
      await failureOf(() => ask(test)).catch(() => undefined);
      test.clock.advance(SECOND);
    }
    test.store.heal();
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['refresh_token_reused', 401]);
  });

  it('has no grace where grace is 0', async () => {
    const test = await start({ refresh: { grace: 0 } });
    test.store.fail('commit-then-throw', 'advance', 1);
    await failureOf(() => test.auth.refresh(test.refresh));
    test.clock.advance(2 * SECOND);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['refresh_token_reused', 401]);
  });
});
