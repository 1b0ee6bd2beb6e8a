import { newPassword, type SeedRow } from './user-rows.ts';

/** A user to begin with. */
export interface Seed {
  readonly name: string;
  readonly password: string;
  readonly scope: string;
}

/** The users of the examples, as weak as a tutorial wants them. */
export const EXAMPLE_USERS: readonly Seed[] = [
  { name: 'vitor', password: '123', scope: 'read' },
  { name: 'admin', password: 'admin', scope: 'read admin' },
];

export function toSeedRows(seeds: readonly Seed[]): Promise<readonly SeedRow[]> {
  return Promise.all(
    seeds.map(async ({ name, password, scope }) => ({ name, scope, ...(await newPassword(password)) })),
  );
}
