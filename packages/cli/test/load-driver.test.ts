import { expect, it } from 'vitest';
import { loadDriver } from '../src/store/load-driver.ts';

it('a driver that is not installed is named, with what installs it', async () => {
  const missing = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
  const loading = loadDriver('pg', () => Promise.reject(missing));
  await expect(loading).rejects.toMatchObject({
    code: 'driver_missing',
    message: 'this store needs pg beside @tokenpair/cli: npm install pg',
  });
});

it('a driver that is broken is not called missing', async () => {
  const broken = new SyntaxError('Unexpected token');
  await expect(loadDriver('pg', () => Promise.reject(broken))).rejects.toBe(broken);
});
