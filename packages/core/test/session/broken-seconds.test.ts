import { describe, expect, it } from 'vitest';
import { logIn, makeAuth } from '../support/auth.ts';
import { createClock, T0 } from '../support/clock.ts';

/** Lives that are no whole seconds, and nothing to spare beyond them. */
const LIVES = {
  access: { ttl: 1.5, maxLife: 1.5 },
  refresh: { ttl: 2.5, maxLife: 2.5 },
  session: { ttl: 2.5 },
} as const;

describe.each(['pair', 'sliding'] as const)('lives of broken seconds in %s mode', (mode) => {
  it.each([0, 1, 400, 499, 500, 501, 600, 999])(
    '%i ms past a second give tokens that pass their own rules',
    async (ms) => {
      const test = makeAuth({ mode, ...LIVES, clock: createClock(T0 + ms) });
      const { access, refresh } = await logIn(test);
      const rawHeaders = ['Authorization', `Bearer ${access}`];
      expect(await test.auth.guard()({ method: 'GET', rawHeaders })).toMatchObject({ passed: true });
      expect(await test.auth.refresh(refresh)).toHaveProperty('access');
    },
  );
});
