import { createSimpleJwtAuth } from '@tokenpair/core/simplejwt';
import { describe, expect, it } from 'vitest';
import { SECRET } from '../support/tokens.ts';
import { request, short } from './support.ts';

const auth = createSimpleJwtAuth({ keys: { alg: 'HS256', secret: SECRET }, session: { ttl: '1d' } });
const { access } = await auth.issue({ subject: '7', claims: { roles: ['admin'], permissions: 'a b' } });

describe('the guards of an auth that says nothing of how it is asked', () => {
  it('judge what the token carries', async () => {
    const ask = async (options: Parameters<typeof auth.guard>[0]) =>
      short(await auth.guard(options)(request(access)));
    expect(
      await ask({ roles: ['admin'], permissions: ['a', 'b'], freshWithin: '1m', when: () => true }),
    ).toBe('7');
    expect(await ask({ roles: ['owner'] })).toBe('permission_denied');
    expect(await ask({ when: () => false })).toBe('permission_denied');
    expect(await ask({ when: () => Promise.reject(new Error('no')) })).toBe('backend_unavailable');
  });

  it.each([
    { transport: 'bearer' },
    { transport: { query: 't' } },
    { revocation: 'none' },
    { revocation: 'session' },
  ] as const)('refuse %j, which would change nothing', (options) => {
    expect(() => auth.guard(options)).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        message: expect.stringContaining(`guard.${Object.keys(options)[0]}`),
      }),
    );
  });
});
