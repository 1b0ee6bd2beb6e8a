// npm run user -- add <name> [scope …] | password <name> | remove <name>
import process from 'node:process';
import { openService, type Service } from './service.ts';
import { readSettings } from './settings.ts';
import { StartError } from './start-error.ts';

type Command = (service: Service, name: string, scope: string) => Promise<string>;

const COMMANDS: Readonly<Record<string, Command>> = {
  async add({ users }, name, scope) {
    const password = await users.add(name, scope);
    if (password === undefined) throw new StartError(`there is a user ${name} already`);
    return `${name} can log in; the password, shown this once: ${password}`;
  },

  /** First the table, then the sessions: a login in between meets the new password. */
  async password({ auth, users }, name) {
    const reset = await users.resetPassword(name);
    if (reset === undefined) throw new StartError(`there is no user ${name}`);
    const ended = await auth.sessions.revokeAll(reset.subject, { reason: 'password_changed' });
    return `${ended} sessions ended; the new password, shown this once: ${reset.password}`;
  },

  async remove({ auth, users }, name) {
    const subject = await users.remove(name);
    if (subject === undefined) throw new StartError(`there is no user ${name}`);
    const ended = await auth.sessions.revokeAll(subject, { reason: 'no_active_account' });
    return `${name} is gone; ${ended} sessions ended`;
  },
};

async function run([verb = '', name = '', ...scopes]: readonly string[]): Promise<string> {
  const command = Object.hasOwn(COMMANDS, verb) ? COMMANDS[verb] : undefined;
  if (command === undefined || name === '')
    throw new StartError('npm run user -- add <name> [scope …] | password <name> | remove <name>');
  const service = await openService(readSettings(process.env));
  try {
    return await command(service, name, scopes.join(' ') || 'read');
  } finally {
    await service.close();
  }
}

try {
  console.info(await run(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
