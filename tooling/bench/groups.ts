import type { Group } from './group.ts';

/** The groups in the order in which they are measured; loaded when they are, since each brings its peers along. */
const GROUPS: Readonly<Record<string, () => Promise<Group>>> = {
  verify: async () => (await import('./groups/verify.ts')).verify,
  cached: async () => (await import('./groups/cached.ts')).cached,
  sign: async () => (await import('./groups/sign.ts')).sign,
  http: async () => (await import('./groups/http.ts')).http,
  threadpool: async () => (await import('./groups/threadpool.ts')).threadpool,
  import: async () => (await import('./groups/import-cost.ts')).importCost,
  revocation: async () => (await import('./groups/revocation.ts')).revocation,
  rotation: async () => (await import('./groups/rotation.ts')).rotation,
  growth: async () => (await import('./groups/growth.ts')).growth,
  scale: async () => (await import('./groups/scale.ts')).scale,
};

export const GROUP_NAMES: readonly string[] = Object.keys(GROUPS);

/** Takes as long as all others together, so it is measured when it is asked for, and kept on its own. */
export const ALONE = 'scale';

export async function findGroup(name: string): Promise<Group> {
  const load = GROUPS[name];
  if (load === undefined)
    throw new TypeError(`there is no group ${name}; there are ${GROUP_NAMES.join(', ')}`);
  return load();
}
