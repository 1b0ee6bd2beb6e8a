import { BackendUnavailableError, InvalidCredentialsError, RateLimitedError } from '@tokenpair/core';
import { limitLogins } from '@tokenpair/core/login-limits';
import { RateLimiterMemory, RLWrapperTimeouts } from 'rate-limiter-flexible';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../support/outcome.ts';
import { deskOf, HOME, memory, PASSWORD, tries } from './support.ts';

const RIGHT = { password: PASSWORD };
const ELSEWHERE = '198.51.100.1';

describe('a limit', () => {
  it('refuses after so many failures, the right password too, and looks at no password then', async () => {
    const desk = deskOf({ pair: memory(3) });
    expect(await tries(desk, 4)).toEqual(['wrong', 'wrong', 'wrong', 'rate_limited']);
    expect(await desk.try(RIGHT)).toBe('rate_limited');
    expect(desk.looks()).toBe(3);
  });

  it('counts failures alone', async () => {
    const desk = deskOf({ network: memory(2), pair: memory(2), account: memory(2) });
    expect(new Set(await tries(desk, 10, RIGHT))).toEqual(new Set(['in']));
    expect(await tries(desk, 2)).toEqual(['wrong', 'wrong']);
    expect(await desk.try()).toBe('rate_limited');
  });

  it('does not forget failures for a success between them', async () => {
    const desk = deskOf({ pair: memory(2) });
    expect([await desk.try(), await desk.try(RIGHT), await desk.try(), await desk.try(RIGHT)]).toEqual([
      'wrong',
      'in',
      'wrong',
      'rate_limited',
    ]);
  });

  it('lets no more parallel attempts through than it has', async () => {
    const desk = deskOf({ network: memory(50), pair: memory(3), account: memory(50) });
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => desk.try()));
    expect(outcomes.filter((outcome) => outcome === 'wrong')).toHaveLength(3);
    expect(desk.looks()).toBe(3);
  });

  it('is the same for an account that is not there', async () => {
    const limits = () => ({ network: memory(50), pair: memory(3), account: memory(50) });
    const [ada, nobody] = [deskOf(limits()), deskOf(limits())];
    expect(await tries(ada, 5, { user: 'ada' })).toEqual(await tries(nobody, 5, { user: 'nobody' }));
    expect(ada.looks()).toBe(nobody.looks());
  });
});

describe('what is counted', () => {
  it('by network is every account of one address', async () => {
    const desk = deskOf({ network: memory(2) });
    expect([await desk.try({ user: 'a' }), await desk.try({ user: 'b' })]).toEqual(['wrong', 'wrong']);
    expect(await desk.try({ user: 'c' })).toBe('rate_limited');
    expect(await desk.try({ user: 'c', ip: ELSEWHERE })).toBe('wrong');
  });

  it('by account is every address', async () => {
    const desk = deskOf({ account: memory(2) });
    expect([await desk.try(), await desk.try({ ip: ELSEWHERE })]).toEqual(['wrong', 'wrong']);
    expect(await desk.try({ ip: '2001:db8::1' })).toBe('rate_limited');
    expect(await desk.try({ user: 'grace' })).toBe('wrong');
  });

  it('by pair is one account at one address', async () => {
    const desk = deskOf({ pair: memory(1) });
    expect(await tries(desk, 2)).toEqual(['wrong', 'rate_limited']);
    expect(await desk.try({ ip: ELSEWHERE })).toBe('wrong');
    expect(await desk.try({ user: 'grace' })).toBe('wrong');
  });

  it.each([
    ['2001:db8:0:1::1', '2001:db8:0:1:ffff:ffff:ffff:ffff', true],
    ['2001:db8:0:1::1', '2001:db8:0:2::1', false],
    ['203.0.113.7', '203.0.113.8', false],
    ['203.0.113.7', '::ffff:203.0.113.7', true],
    ['203.0.113.7', '::ffff:cb00:7107', true],
    ['::ffff:203.0.113.7', '::ffff:203.0.113.8', false],
    ['203.0.113.7:1', '203.0.113.7:2', true],
    ['fe80::1%eth0', 'fe80::1%eth1', true],
    ['not an address', 'another', true],
    [undefined, 'unknown', true],
    [undefined, '203.0.113.7', false],
  ])('of %s and %s is one network: %s', async (one, other, shared) => {
    const desk = deskOf({ network: memory(1) });
    await desk.try({ ip: one });
    expect(await desk.try({ ip: other })).toBe(shared ? 'rate_limited' : 'wrong');
  });

  it('goes by wider networks where the app says so', async () => {
    const limits = () => ({ network: memory(1), ipv4Prefix: 24, ipv6Prefix: 49 });
    const four = deskOf(limits());
    await four.try({ ip: '203.0.113.7' });
    expect(await four.try({ ip: '203.0.113.250' })).toBe('rate_limited');
    expect(await four.try({ ip: '203.0.112.7' })).toBe('wrong');
    const six = deskOf(limits());
    await six.try({ ip: '2001:db8:0:8000::1' });
    expect(await six.try({ ip: '2001:db8:0:ffff::1' })).toBe('rate_limited');
    expect(await six.try({ ip: '2001:db8:0:7fff::1' })).toBe('wrong');
  });

  it.each(['Ada', ' ada ', 'ＡＤＡ', 'ada\u00a0', '\u{1d41a}da', '\u{1d400}DA'])(
    'takes %j for ada',
    async (user) => {
      const desk = deskOf({ account: memory(1) });
      await desk.try({ user: 'ada' });
      expect(await desk.try({ user })).toBe('rate_limited');
    },
  );

  it('takes no other name for ada', async () => {
    const desk = deskOf({ account: memory(1) });
    await desk.try({ user: 'ada' });
    expect(await desk.try({ user: 'ada2' })).toBe('wrong');
    expect(await tries(desk, 1, { user: 'straße' })).toEqual(['wrong']);
    expect(await desk.try({ user: 'STRASSE' })).toBe('rate_limited');
    expect(await desk.try({ user: '\u0390' })).toBe('wrong');
    expect(await desk.try({ user: '\u03aa\u0301' })).toBe('rate_limited');
  });

  it('goes by a name of the app where it gives one', async () => {
    const withoutMarks = ({ username = '' }) => username.normalize('NFKD').replaceAll(/\p{M}/gu, '');
    const desk = deskOf({ account: memory(1), accountOf: withoutMarks });
    await desk.try({ user: 'zoe' });
    expect(await desk.try({ user: 'zoë' })).toBe('rate_limited');
    const forgetful = limitLogins(() => undefined, { pair: memory(1), accountOf: () => undefined as never });
    await expect(forgetful({ username: 'ada' }, {})).rejects.toThrow(TypeError);
  });

  it('is kept under keys of one length that hold neither names nor addresses, others with a secret', async () => {
    const keysWith = async (secret?: string): Promise<readonly string[]> => {
      const [network, pair, account, known] = [memory(9), memory(9), memory(9), memory(1)];
      const limits = { network, pair, account, known: { limiter: known }, ...(secret && { secret }) };
      const desk = deskOf(limits);
      await desk.try(RIGHT);
      await desk.try({ user: 'x'.repeat(16_000), ip: ELSEWHERE });
      return [network, pair, account, known].flatMap((one) =>
        one.dump().storage.map(({ key }) => String(key)),
      );
    };
    const [plain, keyed] = [await keysWith(), await keysWith('a secret of the tests, 32 bytes long')];
    expect(new Set(plain).size).toBe(7);
    for (const key of plain) expect(key).toMatch(/^[\w-]{43}$/);
    expect(keyed).toHaveLength(7);
    expect(plain.filter((key) => keyed.includes(key))).toEqual([]);
    expect(await keysWith()).toEqual(plain);
  });
});

describe('a refusal', () => {
  it('is 429 with the longest of all waits', async () => {
    const limits = { network: memory(1, 60), pair: memory(1, 900), account: memory(9, 7200) };
    const login = limitLogins(() => undefined, limits);
    const ask = async () => login({ username: 'ada' }, { ip: HOME });
    await ask();
    const error = await failureOf(ask);
    expect(error).toBeInstanceOf(RateLimitedError);
    expect([error.status, error.headers['retry-after']]).toEqual([429, '900']);
  });

  it('never says to come back at once', async () => {
    const state = { msBeforeNext: 0, remainingPoints: 0 };
    const full = { consume: () => Promise.reject(state), reward: async () => state, get: async () => state };
    const error = await failureOf(async () => limitLogins(() => undefined, { pair: full })({}, {}));
    expect(error.headers['retry-after']).toBe('1');
  });

  it('by the network or the pair uses up no attempt at the account', async () => {
    const account = memory(4);
    const desk = deskOf({ pair: memory(2), account });
    expect(await tries(desk, 9)).toContain('rate_limited');
    expect(await tries(desk, 3, { ip: ELSEWHERE })).toEqual(['wrong', 'wrong', 'rate_limited']);
    expect(account.dump().storage.map(({ value }) => value)).toEqual([4]);
  });

  it('by the pair or the account uses up no attempt of the network', async () => {
    const network = memory(5);
    const desk = deskOf({ network, pair: memory(2) });
    await tries(desk, 20);
    expect(network.dump().storage.map(({ value }) => value)).toEqual([2]);
    expect(await desk.try({ user: 'grace' })).toBe('wrong');
  });

  it('does not begin the block of a limiter anew', async () => {
    const pair = new RateLimiterMemory({ points: 1, duration: 10, blockDuration: 600 });
    const desk = deskOf({ pair });
    await tries(desk, 2);
    const [before] = pair.dump().storage;
    await tries(desk, 5);
    expect(pair.dump().storage[0]?.expiresAt).toBe(before?.expiresAt);
  });
});

describe('an office behind one address', () => {
  it('lives with the suggested limits while one of it guesses', async () => {
    const desk = deskOf({ network: memory(100), pair: memory(5), account: memory(50) });
    await tries(desk, 200, { user: 'victim' });
    for (let n = 0; n < 300; n += 1) expect(await desk.try({ user: `colleague${n}`, ...RIGHT })).toBe('in');
  });
});

describe('a known network', () => {
  const limits = () => ({ pair: memory(3), account: memory(4), known: { limiter: memory(1) } });
  const strangers = async (desk: ReturnType<typeof deskOf>, user = 'ada') => {
    for (let n = 0; n < 9; n += 1) await desk.try({ user, ip: `198.51.100.${n}` });
  };

  it('lets the owner in while strangers have used up the account', async () => {
    const desk = deskOf(limits());
    expect(await desk.try(RIGHT)).toBe('in');
    await strangers(desk);
    expect(await desk.try({ ip: '192.0.2.1', ...RIGHT })).toBe('rate_limited');
    expect(await desk.try(RIGHT)).toBe('in');
  });

  it('locks the owner out without it, until the window ends', async () => {
    const { pair, account } = limits();
    const desk = deskOf({ pair, account });
    await desk.try(RIGHT);
    await strangers(desk);
    expect(await desk.try(RIGHT)).toBe('rate_limited');
  });

  it('is known for the account alone that logged in from it', async () => {
    const desk = deskOf(limits());
    await desk.try(RIGHT);
    await strangers(desk, 'grace');
    expect(await desk.try({ user: 'grace', ...RIGHT })).toBe('rate_limited');
  });

  it('is not known for failures, and still held by the pair', async () => {
    const desk = deskOf(limits());
    await desk.try();
    await strangers(desk);
    expect(await desk.try(RIGHT)).toBe('rate_limited');
    const owner = deskOf(limits());
    await owner.try(RIGHT);
    expect(await tries(owner, 4)).toEqual(['wrong', 'wrong', 'wrong', 'rate_limited']);
  });

  it('is none whose address cannot be read', async () => {
    const desk = deskOf(limits());
    await desk.try({ ip: undefined, ...RIGHT });
    await strangers(desk);
    expect(await desk.try({ ip: undefined, ...RIGHT })).toBe('rate_limited');
  });

  it('is forgotten after its time', async () => {
    const set: unknown[] = [];
    const limiter = { get: async () => null, set: async (...args: unknown[]) => set.push(args) };
    for (const ttl of [undefined, '1h'] as const) {
      const known = { limiter, ...(ttl && { ttl }) };
      await deskOf({ pair: memory(3), account: memory(3), known }).try(RIGHT);
    }
    expect(set).toEqual([14 * 86_400, 3600].map((seconds) => [expect.any(String), 1, seconds]));
  });
});

describe('a hook that gives no verdict', () => {
  it.each([
    ['a failing backend', new Error('the database is away'), 0],
    ['a 503 of its own', new BackendUnavailableError(), 0],
    ['a limit of its own', new RateLimitedError({ retryAfter: 5 }), 0],
    ['wrong credentials, thrown', new InvalidCredentialsError(), 1],
  ])('because of %s counts %s', async (_what, error, counted) => {
    const pair = memory(5);
    const login = limitLogins(() => Promise.reject(error), { pair });
    await expect(login({ username: 'ada' }, { ip: HOME })).rejects.toBe(error);
    expect(pair.dump().storage.map(({ value }) => value)).toEqual([counted]);
  });
});

describe('a limiter that fails', () => {
  const down = Object.assign(new Error('connect ECONNREFUSED'), { msBeforeNext: 1 });
  const fail = () => Promise.reject(down);

  it('is a failing hook, and the others get their attempt back', async () => {
    const network = memory(5);
    let looks = 0;
    const login = limitLogins(
      () => {
        looks += 1;
        return { subject: '1' };
      },
      { network, pair: { consume: fail, reward: fail, get: fail } },
    );
    await expect(login({ username: 'ada' }, { ip: HOME })).rejects.toBe(down);
    expect([looks, network.dump().storage[0]?.value]).toEqual([0, 0]);
  });

  it('only to take an attempt back lets the right password in', async () => {
    const pair = memory(5);
    const half = {
      consume: (key: string) => pair.consume(key),
      get: fail,
      reward: () => {
        throw down;
      },
    };
    expect(await deskOf({ pair: half }).try(RIGHT)).toBe('in');
    const known = { limiter: { get: async () => null, set: fail } };
    expect(await deskOf({ pair: memory(5), account: memory(5), known }).try(RIGHT)).toBe('in');
  });
});

describe('an attempt', () => {
  it('whose window is over is not taken back from the next', async () => {
    const rewarded: number[] = [];
    for (const msBeforeNext of [0, 60_000]) {
      const state = { msBeforeNext, remainingPoints: 1 };
      const reward = async () => rewarded.push(msBeforeNext);
      await deskOf({ pair: { consume: async () => state, get: async () => state, reward } }).try(RIGHT);
    }
    expect(rewarded).toEqual([60_000]);
  });
});

describe('limits', () => {
  const consume = memory(1);

  it('that would refuse for good are a failing hook', async () => {
    const pair = memory(5);
    const login = limitLogins(() => ({ subject: '1' }), { pair, account: memory(5, 0) });
    await expect(login({ username: 'ada' }, { ip: HOME })).rejects.toThrow(TypeError);
    expect(pair.dump().storage[0]?.value).toBe(0);
  });

  it('may be of limiters in limiters', async () => {
    const desk = deskOf({ pair: new RLWrapperTimeouts({ limiter: memory(1), timeoutMs: 1000 }) });
    expect(await tries(desk, 2)).toEqual(['wrong', 'rate_limited']);
  });

  it.each([
    ['none', {}],
    ['an unknown one', { pair: consume, pairs: consume }],
    ['a limiter without reward', { pair: { consume: () => 0, get: () => 0 } }],
    ['no object', { pair: 5 }],
    ['known without account', { pair: consume, known: { limiter: consume } }],
    ['known without pair', { account: consume, known: { limiter: consume } }],
    ['known without set', { account: consume, pair: consume, known: { limiter: { get: () => null } } }],
    ['known for too long', { account: consume, pair: consume, known: { limiter: consume, ttl: '25d' } }],
    ['a network of one address', { network: consume, ipv6Prefix: 128 }],
    ['a network of everybody', { network: consume, ipv4Prefix: 0 }],
    ['a short secret', { network: consume, secret: 'short' }],
    ['a secret that is none', { network: consume, secret: 5 }],
    ['an account that is no function', { network: consume, accountOf: 'username' }],
  ])('of %s are refused at once', (_what, limits) => {
    expect(() => limitLogins(() => undefined, limits as never)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_INVALID_ARG_(TYPE|VALUE)$/) }),
    );
  });
});
