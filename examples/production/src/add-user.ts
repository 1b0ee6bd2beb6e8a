// `node dist/add-user.js <name> [scope]`: makes a user, with the password read from the first line of stdin.
import { writeSync } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { openUsers, StartError } from '@tokenpair-examples/shared';
import { readProductionSettings } from './settings/production-settings.ts';

const STDOUT = 1;
const STDERR = 2;
const SHORTEST_PASSWORD = 8;

async function addUser([name, scope = 'read']: readonly string[]): Promise<string> {
  if (name === undefined || name === '') throw new StartError('usage: node dist/add-user.js <name> [scope]');
  const password = await firstLine();
  if (password.length < SHORTEST_PASSWORD)
    throw new StartError(
      `the password (first line of stdin) must have at least ${SHORTEST_PASSWORD} characters`,
    );
  const users = await openUsers(readProductionSettings(process.env).service, []);
  const subject = await users.add({ name, password, scope });
  await users.close();
  if (subject === undefined) throw new StartError('there is a user of that name');
  return subject;
}

async function firstLine(): Promise<string> {
  if (process.stdin.isTTY) writeSync(STDERR, 'Password (it will be shown): ');
  for await (const line of createInterface({ input: process.stdin })) return line;
  return '';
}

try {
  const subject = await addUser(process.argv.slice(2));
  writeSync(STDOUT, `added as subject ${subject}\n`);
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  writeSync(STDERR, `${error.lines.join('\n')}\n`);
  process.exitCode = error.exitCode;
}
