import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../support/clock.ts';
import { failureOf, refusalOf } from '../support/outcome.ts';
import { clientOf, ecKey, K1, startIssuer, unknownKid, until } from './issuer.ts';

const HOUR = 60 * MINUTE;
const FRESH = 10 * MINUTE;
const UNAVAILABLE = ['keys_unavailable', 503];

describe('a known kid', () => {
  it('is answered without a promise and without a fetch while the set is fresh', async () => {
    const issuer = await startIssuer();
    const { client, clock } = clientOf(issuer);
    const first = client.find(K1);
    expect(first).toBeInstanceOf(Promise);
    const key = await first;
    for (let index = 0; index < 1_000; index += 1) expect(client.find(K1)).toBe(key);
    clock.advance(FRESH - 1);
    expect(client.find(K1)).toBe(key);
    expect(issuer.requests).toBe(1);
  });

  it('is answered from a stale set at once while one fetch runs behind it', async () => {
    const issuer = await startIssuer();
    const { client, clock, idle } = clientOf(issuer);
    const key = await client.find(K1);
    clock.advance(FRESH);
    for (let index = 0; index < 100; index += 1) expect(client.find(K1)).toBe(key);
    await idle();
    expect(client.find(K1)).toBe(key);
    expect(issuer.requests).toBe(2);
  });

  it('is never refused during an hour of outage, and causes a fetch a minute at most once backed off', async () => {
    const issuer = await startIssuer();
    const { client, clock, idle, seen } = clientOf(issuer);
    const key = await client.find(K1);
    clock.advance(FRESH);
    issuer.fail();
    let answered = 0;
    for (let second = 0; second < 3_600; second += 1) {
      const before = seen.fetches;
      if (client.find(K1) === key) answered += 1;
      if (seen.fetches > before) await idle();
      clock.advance(SECOND);
    }
    expect(answered).toBe(3_600);
    // Half a minute apart at the least: 120 and the first seven.
    expect(issuer.requests).toBeLessThanOrEqual(128);
    expect(issuer.requests).toBeGreaterThan(60);
    clock.advance(MINUTE);
    expect(await refusalOf(() => client.find(K1))).toEqual(UNAVAILABLE);
  });

  it('is refused when the set is past its last use, until it has been fetched again', async () => {
    const issuer = await startIssuer();
    const { client, clock } = clientOf(issuer, { staleIfErrorMs: MINUTE });
    const key = await client.find(K1);
    clock.advance(FRESH + MINUTE);
    const waited = client.find(K1);
    expect(waited).toBeInstanceOf(Promise);
    expect(await waited).toBe(key);
    clock.advance(FRESH + MINUTE);
    issuer.fail();
    expect(await refusalOf(() => client.find(K1))).toEqual(UNAVAILABLE);
  });

  it('is gone after the next successful fetch when its key is', async () => {
    const issuer = await startIssuer([ecKey('k1'), ecKey('k2', 'b')]);
    const { client, clock, idle } = clientOf(issuer);
    await client.find(K1);
    issuer.publish([ecKey('k2', 'b')]);
    clock.advance(FRESH);
    expect(client.find(K1)).toBeDefined();
    await idle();
    expect(await client.find(K1)).toBeUndefined();
  });

  it('is not blocked by 10,000 random kids, nor is it forgotten for them', async () => {
    const issuer = await startIssuer();
    const { client, clock, idle } = clientOf(issuer);
    const key = await client.find(K1);
    for (let index = 0; index < 10_000; index += 1) {
      void client.find(unknownKid(index));
      if (index % 100 === 0) expect(client.find(K1)).toBe(key);
    }
    await idle();
    issuer.publish([ecKey('k1'), ecKey('unknown-9999', 'b')]);
    clock.advance(FRESH);
    expect(client.find(K1)).toBe(key);
    await idle();
    expect(client.find(unknownKid(9_999))).toMatchObject({ kid: 'unknown-9999' });
    expect(issuer.requests).toBe(3);
  });
});

describe('waiting for a fetch', () => {
  it('is one fetch for 10,000 callers', async () => {
    const issuer = await startIssuer();
    const { client, seen } = clientOf(issuer);
    const keys = await Promise.all(Array.from({ length: 10_000 }, () => client.find(K1)));
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatchObject({ kid: 'k1' });
    expect([issuer.requests, seen.most]).toEqual([1, 1]);
  });

  it('is one failed fetch for 10,000 callers', async () => {
    const issuer = await startIssuer();
    issuer.fail();
    const { client } = clientOf(issuer);
    const results = await Promise.allSettled(Array.from({ length: 10_000 }, () => client.find(K1)));
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(issuer.requests).toBe(1);
  });

  it('goes on for the others when one gives up', async () => {
    const issuer = await startIssuer();
    const { answer } = issuer;
    let release = () => {};
    issuer.answer = (response, request) => {
      release = () => answer(response, request);
    };
    const { client } = clientOf(issuer);
    const impatient = Promise.race([client.find(K1), Promise.reject(new Error('gave up'))]);
    const patient = client.find(K1);
    await expect(impatient).rejects.toThrow('gave up');
    await until(() => issuer.requests === 1);
    release();
    expect(await patient).toMatchObject({ kid: 'k1' });
    expect(issuer.requests).toBe(1);
  });

  it('leaves no rejection unhandled when nobody waits', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const issuer = await startIssuer();
    const { client, clock, idle } = clientOf(issuer);
    await client.find(K1);
    issuer.fail();
    clock.advance(FRESH);
    void client.find(K1);
    await idle();
    await new Promise(setImmediate);
    process.off('unhandledRejection', note);
    expect([issuer.requests, unhandled]).toEqual([2, []]);
  });
});

describe('an unknown kid', () => {
  it('is worth one fetch a cooldown, however many there are', async () => {
    const issuer = await startIssuer();
    const { client, clock } = clientOf(issuer);
    await client.find(K1);
    for (let index = 0; index < 500; index += 1) expect(await client.find(unknownKid(index))).toBeUndefined();
    expect(issuer.requests).toBe(2);
    clock.advance(30 * SECOND - 1);
    for (let index = 0; index < 500; index += 1) expect(client.find(unknownKid(index))).toBeUndefined();
    expect(issuer.requests).toBe(2);
    clock.advance(1);
    for (let index = 0; index < 500; index += 1) expect(await client.find(unknownKid(index))).toBeUndefined();
    expect(issuer.requests).toBe(3);
  });

  it('is worth one fetch when 500 come at once', async () => {
    const issuer = await startIssuer();
    const { client } = clientOf(issuer);
    await client.find(K1);
    const found = await Promise.all(
      Array.from({ length: 500 }, (_, index) => client.find(unknownKid(index))),
    );
    expect(found.every((key) => key === undefined)).toBe(true);
    expect(issuer.requests).toBe(2);
  });

  it('is worth none when the first fetch has just not brought it, and leaves the one to others', async () => {
    const issuer = await startIssuer();
    const { client } = clientOf(issuer);
    expect(await client.find(unknownKid(1))).toBeUndefined();
    expect(client.find(unknownKid(1))).toBeUndefined();
    expect(issuer.requests).toBe(1);
    issuer.publish([ecKey('k1'), ecKey('k2', 'b')]);
    expect(await client.find({ kid: 'k2', alg: 'ES256' })).toMatchObject({ kid: 'k2' });
    expect(issuer.requests).toBe(2);
  });

  it('joins the fetch that another has caused', async () => {
    const issuer = await startIssuer();
    const { client } = clientOf(issuer);
    await client.find(K1);
    issuer.publish([ecKey('k1'), ecKey('k2', 'b')]);
    const other = client.find(unknownKid(1));
    expect(await client.find({ kid: 'k2', alg: 'ES256' })).toMatchObject({ kid: 'k2' });
    expect(await other).toBeUndefined();
    expect(issuer.requests).toBe(2);
  });

  it('is not taken for one that the issuer does not have when a fetch fails', async () => {
    const issuer = await startIssuer();
    const { client, clock } = clientOf(issuer);
    await client.find(K1);
    issuer.fail();
    const refused = refusalOf(() => client.refresh());
    expect(await client.find(unknownKid(1))).toBeUndefined();
    expect(await refused).toEqual(UNAVAILABLE);
    issuer.publish([ecKey('k1'), ecKey('unknown-1', 'b')]);
    clock.advance(SECOND);
    expect(await client.find(unknownKid(1))).toMatchObject({ kid: 'unknown-1' });
  });

  it('is looked for again when the keys have changed', async () => {
    const issuer = await startIssuer();
    const { client } = clientOf(issuer);
    expect(await client.find(unknownKid(1))).toBeUndefined();
    issuer.publish([ecKey('k1', 'b')]);
    await client.refresh();
    issuer.publish([ecKey('k1', 'b'), ecKey('unknown-1')]);
    expect(await client.find(unknownKid(1))).toMatchObject({ kid: 'unknown-1' });
  });

  it('is remembered for 256 of them only', async () => {
    const issuer = await startIssuer();
    const { client } = clientOf(issuer);
    await Promise.all(Array.from({ length: 257 }, (_, index) => client.find(unknownKid(index))));
    expect(client.find(unknownKid(1))).toBeUndefined();
    expect(issuer.requests).toBe(1);
    expect(client.find(unknownKid(0))).toBeInstanceOf(Promise);
  });

  it('is found at most a cooldown after its key was published, in the midst of a flood', async () => {
    const issuer = await startIssuer();
    const { client, clock, idle } = clientOf(issuer);
    const rotated = { kid: 'k2', alg: 'ES256' };
    await client.find(K1);
    expect(await client.find(rotated)).toBeUndefined();
    issuer.publish([ecKey('k1'), ecKey('k2', 'b')]);
    let waited = 0;
    while ((await client.find(rotated)) === undefined) {
      for (let index = 0; index < 300; index += 1) void client.find(unknownKid(waited * 1_000 + index));
      await idle();
      clock.advance(SECOND);
      waited += 1;
    }
    expect(waited).toBeLessThanOrEqual(30);
    expect(issuer.requests).toBe(3);
  });

  it('is unknown while the set is fresh, though the issuer fails', async () => {
    const issuer = await startIssuer();
    const { client } = clientOf(issuer);
    await client.find(K1);
    issuer.fail();
    expect(await client.find(unknownKid(1))).toBeUndefined();
    expect(client.find(unknownKid(2))).toBeUndefined();
    expect(issuer.requests).toBe(2);
  });

  it('is a 503 when the set is no longer fresh and the issuer fails', async () => {
    const issuer = await startIssuer();
    const { client, clock } = clientOf(issuer);
    const key = await client.find(K1);
    issuer.fail();
    clock.advance(FRESH);
    expect(await refusalOf(() => client.find(unknownKid(1)))).toEqual(UNAVAILABLE);
    expect(() => client.find(unknownKid(2))).toThrow(expect.objectContaining({ code: 'keys_unavailable' }));
    expect(client.find(K1)).toBe(key);
    expect(issuer.requests).toBe(2);
  });
});

describe('an issuer that fails', () => {
  it('is asked at most eight times a minute, whatever 200 requests ask', async () => {
    const issuer = await startIssuer();
    issuer.fail();
    const { client, clock } = clientOf(issuer);
    for (let index = 0; index < 200; index += 1) {
      expect(await refusalOf(() => client.find(index % 2 === 0 ? K1 : unknownKid(index)))).toEqual(
        UNAVAILABLE,
      );
      clock.advance(300);
    }
    expect(issuer.requests).toBe(7);
  });

  it('is asked again when its time has come, and the count begins anew after a success', async () => {
    const issuer = await startIssuer();
    issuer.fail();
    const { client, clock } = clientOf(issuer, { random: () => 0.999_999 });
    for (let wait = SECOND; wait < 64 * SECOND; wait *= 2) {
      const error = await failureOf(() => client.find(K1));
      expect(error.headers).toMatchObject({ 'retry-after': String(wait / SECOND) });
      clock.advance(wait - SECOND);
      const before = issuer.requests;
      await failureOf(() => client.find(K1));
      expect(issuer.requests).toBe(before);
      clock.advance(SECOND);
    }
    issuer.publish([ecKey('k1')]);
    expect(await client.find(K1)).toBeDefined();
    issuer.fail();
    clock.advance(3 * HOUR);
    expect((await failureOf(() => client.find(K1))).headers).toMatchObject({ 'retry-after': '1' });
  });
});

describe('refresh', () => {
  it('fetches whatever cooldown and back-off say, and tells of a failure', async () => {
    const issuer = await startIssuer();
    issuer.fail();
    const { client } = clientOf(issuer);
    expect(await refusalOf(() => client.refresh())).toEqual(UNAVAILABLE);
    expect(await refusalOf(() => client.refresh())).toEqual(UNAVAILABLE);
    issuer.publish([ecKey('k1')]);
    await client.refresh();
    expect(client.find(K1)).toMatchObject({ kid: 'k1' });
    issuer.publish([]);
    await client.refresh();
    expect(await client.find(K1)).toBeUndefined();
  });

  it('joins the fetch under way', async () => {
    const issuer = await startIssuer();
    const { client } = clientOf(issuer);
    await Promise.all([client.refresh(), client.find(K1), client.refresh()]);
    expect(issuer.requests).toBe(1);
  });
});

describe('version', () => {
  it('rises when the keys change, and only then', async () => {
    const issuer = await startIssuer([ecKey('k1'), ecKey('k2', 'b')]);
    const { client } = clientOf(issuer);
    const versions = [client.version];
    const publish = async (keys: readonly unknown[]) => {
      issuer.publish(keys);
      await client.refresh();
      versions.push(client.version);
    };
    await publish([ecKey('k1'), ecKey('k2', 'b')]);
    const key = client.find(K1);
    await publish([ecKey('k2', 'b', { use: 'sig' }), ecKey('k1')]);
    expect(client.find(K1)).toBe(key);
    await publish([ecKey('k1', 'b')]);
    expect(client.find(K1)).not.toBe(key);
    await publish([ecKey(undefined, 'b')]);
    await publish([]);
    expect(versions).toEqual([0, 1, 1, 2, 3, 4]);
  });
});

describe('two clients', () => {
  it('share neither keys nor failures, though their issuers use the same kid', async () => {
    const [one, two] = [await startIssuer([ecKey('k1', 'a')]), await startIssuer([ecKey('k1', 'b')])];
    const [first, second] = [clientOf(one).client, clientOf(two).client];
    const keys = [await first.find(K1), await second.find(K1)];
    expect(keys[0]?.fingerprint).not.toBe(keys[1]?.fingerprint);
    one.fail();
    await failureOf(() => first.refresh());
    for (let index = 0; index < 50; index += 1) await first.find(unknownKid(index));
    two.publish([ecKey('k2', 'b')]);
    expect(await second.find({ kid: 'k2', alg: 'ES256' })).toBeDefined();
    expect(first.find({ kid: 'k2', alg: 'ES256' })).toBeUndefined();
    expect(first.find(K1)).toBe(keys[0]);
  });
});

describe('a clock', () => {
  it.each([-HOUR, -365 * 24 * HOUR])('set by %i ms causes no fetch and lengthens no life', async (jump) => {
    const issuer = await startIssuer();
    const { client, clock, idle } = clientOf(issuer);
    const key = await client.find(K1);
    await client.find(unknownKid(0));
    expect(issuer.requests).toBe(2);
    clock.advance(jump);
    for (let index = 0; index < 300; index += 1) {
      expect(client.find(K1)).toBe(key);
      expect(client.find(unknownKid(index))).toBeUndefined();
    }
    expect(issuer.requests).toBe(2);
    issuer.fail();
    clock.advance(FRESH);
    expect(client.find(K1)).toBe(key);
    await idle();
    expect(issuer.requests).toBe(3);
    clock.advance(HOUR);
    expect(await refusalOf(() => client.find(K1))).toEqual(UNAVAILABLE);
  });

  it('set forward and back costs one fetch', async () => {
    const issuer = await startIssuer();
    const { client, clock } = clientOf(issuer);
    const key = await client.find(K1);
    clock.advance(365 * 24 * HOUR);
    for (let index = 0; index < 100; index += 1) expect(await client.find(K1)).toBe(key);
    clock.advance(-365 * 24 * HOUR);
    for (let index = 0; index < 100; index += 1) expect(client.find(K1)).toBe(key);
    expect(issuer.requests).toBe(2);
  });

  it('set back during back-off does not make it longer', async () => {
    const issuer = await startIssuer();
    issuer.fail();
    const { client, clock } = clientOf(issuer);
    await failureOf(() => client.find(K1));
    clock.advance(-HOUR);
    await failureOf(() => client.find(K1));
    expect(issuer.requests).toBe(1);
    issuer.publish([ecKey('k1')]);
    clock.advance(500);
    expect(await client.find(K1)).toBeDefined();
  });
});
