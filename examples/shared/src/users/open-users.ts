import { openBackends } from '../backends/open-backends.ts';
import type { Settings } from '../settings/settings.ts';
import type { Seed } from './seeds.ts';
import { createUsers, type Users } from './users.ts';

/** The users alone, for a command beside the service. `close` closes the connections. @throws StartError */
export async function openUsers(
  settings: Pick<Settings, 'keysFile' | 'store'>,
  seeds: readonly Seed[],
): Promise<Users & { close(): Promise<void> }> {
  const backends = await openBackends(settings);
  const users = await createUsers(backends.users, seeds);
  return { ...users, close: backends.close };
}
