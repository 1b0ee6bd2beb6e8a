/** Design §4, grace after an outage: a client whose answer was lost with the store is not taken for a thief (I5). */
import { describe, expect, it } from 'vitest';
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
  test.clock.advance(away);
  expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['store_unavailable', 503]);
  test.store.heal();
  return test;
}

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
    await test.auth.sessions.list('1'); // the store is back
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

  it('does nothing for a rotation of before the outage', async () => {
    const test = await start();
    await refreshed(test);
    test.clock.advance(10 * SECOND);
    test.store.fail('throw', 'advance', 1);
    await failureOf(() => test.auth.refresh(test.refresh));
    test.clock.advance(MINUTE);
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['refresh_token_reused', 401]);
  });

  it('has no grace where grace is 0', async () => {
    const test = await start({ refresh: { grace: 0 } });
    test.store.fail('commit-then-throw', 'advance', 1);
    await failureOf(() => test.auth.refresh(test.refresh));
    expect(await refusalOf(() => test.auth.refresh(test.refresh))).toEqual(['refresh_token_reused', 401]);
  });
});
