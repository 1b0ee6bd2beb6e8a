import { expect, it } from 'vitest';
import type { Users } from '../src/users/users.ts';

const CLIENT = {};

/** What users do, in whichever database they are. `open` gives the seeded users of a database that has no others. */
export function usersBehave(open: () => Promise<Users>): void {
  it('log in with the right password only', async () => {
    const users = await open();
    const login = await users.login({ username: 'admin', password: 'admin' }, CLIENT);
    expect(login).toEqual({ subject: '2', epoch: expect.any(String), scope: 'read admin' });
    expect(await users.resolve('2')).toEqual({ active: true, epoch: login?.epoch, scope: 'read admin' });
    for (const [username, password] of [
      ['admin', '123'],
      ['Admin', 'admin'],
      ['admin\0', 'admin'],
      ["' OR 1=1 --", 'admin'],
      ['', ''],
    ] as const) {
      expect(await users.login({ username, password }, CLIENT)).toBeUndefined();
    }
  });

  it('are added under names that nobody has', async () => {
    const users = await open();
    const nina = { name: 'nina', password: 'swordfish', scope: 'read' };
    expect(await users.add(nina)).toBe('3');
    expect(await users.add({ ...nina, password: 'other' })).toBeUndefined();
    expect(await users.login({ username: 'nina', password: 'swordfish' }, CLIENT)).toMatchObject({
      subject: '3',
      scope: 'read',
    });
    expect(await users.login({ username: 'nina', password: 'other' }, CLIENT)).toBeUndefined();
  });

  it('are not active when nobody has the id', async () => {
    const users = await open();
    for (const subject of ['3', '0', 'x', '1e0x', ''])
      expect(await users.resolve(subject)).toEqual({ active: false });
  });

  it('get a new epoch with a new password, of which one of two racing changes wins', async () => {
    const users = await open();
    const before = await users.resolve('1');
    expect(await users.changePassword('1', '124', 'new')).toBeUndefined();
    expect(await users.resolve('1')).toEqual(before);
    const racing = await Promise.all([
      users.changePassword('1', '123', 'a'),
      users.changePassword('1', '123', 'b'),
    ]);
    expect(racing.filter((epoch) => epoch !== undefined)).toHaveLength(1);
    expect(await users.resolve('1')).toMatchObject({ epoch: racing.find((epoch) => epoch !== undefined) });
  });

  it('cannot log in or change the password while disabled', async () => {
    const users = await open();
    expect(await users.setActive('vitor', false)).toBe('1');
    expect(await users.resolve('1')).toMatchObject({ active: false });
    expect(await users.login({ username: 'vitor', password: '123' }, CLIENT)).toBeUndefined();
    expect(await users.changePassword('1', '123', 'new')).toBeUndefined();
    await users.setActive('vitor', true);
    expect(await users.login({ username: 'vitor', password: '123' }, CLIENT)).toMatchObject({ subject: '1' });
    expect(await users.setActive('nobody', true)).toBeUndefined();
    expect(await users.setPassword('nobody', 'x')).toBeUndefined();
  });
}
