/** The app as its clients meet it, on a port of its own and with the store that the environment names. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { createListener } from '../src/app.ts';
import { drain, listen } from '../src/server.ts';
import { openService } from '../src/service.ts';
import { readSettings } from '../src/settings.ts';
import { createClient } from './client.ts';
import { storeOfTest } from './store-of-test.ts';

const folder = mkdtempSync(join(tmpdir(), 'app-'));
const settings = readSettings({
  ...process.env,
  ...storeOfTest(folder),
  HOST: '127.0.0.1',
  PORT: '0',
  ISSUER: 'http://localhost:3000',
  TRUST_PROXY: '0',
  NODE_ENV: 'test',
  TOKENPAIR_SECRET: randomBytes(32).toString('hex'),
});
const service = await openService(settings);
const server = createServer(await createListener(service));
const name = `test-${randomUUID()}`;
let url = '';
let password = '';

before(async () => {
  url = await listen(server, settings);
  password = (await service.users.add(name, 'read')) ?? '';
});

after(async () => {
  await service.users.remove(name);
  await drain(server);
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

test('logs in, says hello, refreshes, logs out, and is refused afterwards', async () => {
  const client = createClient(url);
  assert.equal((await client.login(name, password)).status, 200);

  const hello = await client.hello();
  assert.equal(hello.status, 200);
  assert.match(((await hello.json()) as { message: string }).message, /^Hello, user \d+!$/);

  assert.equal((await client.refresh()).status, 200);
  assert.equal((await client.hello()).status, 200);

  assert.equal((await client.logout()).status, 200);
  assert.equal((await client.hello()).status, 401);
  assert.equal((await client.refresh()).status, 401);
});

test('refuses a wrong password, and hello without a token', async () => {
  const client = createClient(url);
  assert.equal((await client.login(name, `${password}x`)).status, 401);
  assert.equal((await fetch(`${url}/hello`)).status, 401);
});

test('ends the sessions of a user who gets a new password', async () => {
  const client = createClient(url);
  assert.equal((await client.login(name, password)).status, 200);
  password = (await service.users.resetPassword(name))?.password ?? '';
  assert.equal((await client.refresh()).status, 401);
  assert.equal((await client.login(name, password)).status, 200);
});

test('says that it is well and ready, and that there is nothing elsewhere', async () => {
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  assert.equal((await fetch(`${url}/elsewhere`)).status, 404);
});
