import { type MariadbPool, mariadbStore } from '@tokenpair/store-mariadb';
import { createPool as createCallbackPool } from 'mysql2';
import { createPool } from 'mysql2/promise';
import { describe, expect, it, onTestFinished } from 'vitest';

const TYPE = 'ERR_INVALID_ARG_TYPE';
const VALUE = 'ERR_INVALID_ARG_VALUE';

describe('mariadbStore', () => {
  it.each([
    ['no object', null, TYPE],
    ['an option that there is not', { table: 'x' }, VALUE],
    ['a prefix that is no text', { prefix: 1 }, TYPE],
    ['a prefix with a quote', { prefix: '`; DROP TABLE users; --' }, VALUE],
    ['a prefix in capitals, which some servers fold', { prefix: 'Auth_' }, VALUE],
    ['an empty prefix', { prefix: '' }, VALUE],
    ['a prefix that is too long', { prefix: 'x'.repeat(41) }, VALUE],
    ['a poll that is too rare', { pollMs: 1_001 }, VALUE],
    ['a poll that is no number', { pollMs: '500' }, TYPE],
    ['half a retry', { retries: 0.5 }, VALUE],
    ['no time', { timeoutMs: 0 }, VALUE],
  ])('refuses %s', (_, options, code) => {
    const pool = createPool('mysql://127.0.0.1:1/test');
    onTestFinished(() => pool.end());
    expect(() => mariadbStore(pool, options as object)).toThrow(
      expect.objectContaining({ name: 'TypeError', code }),
    );
  });

  it.each([
    ['nothing', undefined],
    ['a pool with callbacks', createCallbackPool('mysql://127.0.0.1:1/test')],
    ['something else', { query: () => undefined }],
  ])('refuses %s for a pool', (_, pool) => {
    expect(() => mariadbStore(pool as unknown as MariadbPool)).toThrow(
      /must be a pool of mysql2\/promise or of mariadb/,
    );
  });
});
