import { migratePostgres, type PostgresStoreOptions, postgresStore } from '@tokenpair/store-postgres';
import { Client, Pool } from 'pg';
import postgres from 'postgres';
import { describe, expect, it } from 'vitest';

const TYPE = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };
const VALUE = { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' };

const make = (options: unknown) => postgresStore(new Pool(), options as PostgresStoreOptions);

describe('postgresStore', () => {
  it('takes a pool of pg and the sql of postgres.js, and asks neither anything yet', () => {
    expect(postgresStore(new Pool())).toMatchObject({ name: 'postgres', durable: true });
    expect(postgresStore(postgres())).toMatchObject({ name: 'postgres', durable: true });
  });

  it('refuses what is neither, a single connection of pg among it', () => {
    for (const client of [undefined, null, {}, 'postgres://localhost', () => {}, new Client()]) {
      expect(() => postgresStore(client as never)).toThrow(expect.objectContaining(TYPE));
    }
  });

  it('takes what lies within the limits', () => {
    for (const options of [
      { schema: 'auth', listen: false, pollMs: 50, retries: 0 },
      { schema: 'x'.repeat(63), pollMs: 1_000, retries: 100 },
      { schema: undefined, listen: undefined, pollMs: undefined, retries: undefined },
    ])
      expect(() => make(options)).not.toThrow();
  });

  it('refuses options of the wrong type', () => {
    for (const options of [
      null,
      'auth',
      { schema: 1 },
      { listen: 'no' },
      { pollMs: '50' },
      { retries: null },
    ]) {
      expect(() => make(options)).toThrow(expect.objectContaining(TYPE));
    }
  });

  it('refuses options it does not know and values out of bounds', () => {
    for (const options of [
      { shema: 'auth' },
      { schema: '' },
      { schema: 'x'.repeat(64) },
      { schema: 'é'.repeat(32) },
      { schema: 'a\0' },
      { schema: 'a\\b' },
      { schema: 'pg_auth' },
      { schema: 'a\ud800' },
      { pollMs: 49 },
      { pollMs: 1_001 },
      { pollMs: 50.5 },
      { retries: -1 },
      { retries: 101 },
    ])
      expect(() => make(options)).toThrow(expect.objectContaining(VALUE));
  });
});

describe('migratePostgres', () => {
  it('refuses what postgresStore refuses', async () => {
    await expect(migratePostgres({} as never)).rejects.toMatchObject(TYPE);
    await expect(migratePostgres(new Pool(), { schema: '' })).rejects.toMatchObject(VALUE);
  });
});
