import type { TokenStore } from '@tokenpair/core/store';

/** A store that knows what is refused and nothing else: no records, no subjects. Its calls are counted. */
export function bareStore(): TokenStore & { readonly calls: string[]; readonly ids: Map<string, number> } {
  const calls: string[] = [];
  const ids = new Map<string, number>();
  const add = (id: string, until: number): boolean => {
    if (ids.has(id)) return false;
    ids.set(id, until);
    return true;
  };
  const lacking = (name: string) => async () => {
    calls.push(name);
    throw new Error(`${name} is not to be asked of this store`);
  };
  return {
    name: 'bare',
    durable: false,
    capabilities: [],
    calls,
    ids,
    create: lacking('create'),
    find: lacking('find'),
    advance: lacking('advance'),
    list: lacking('list'),
    prune: async () => 0,
    async revoke(target, { until = Number.NaN }) {
      calls.push('revoke');
      if (!('id' in target)) throw new Error('no subjects here');
      return add(`s.${target.id}`, until) ? 1 : 0;
    },
    async blacklist({ id, expiresAt }) {
      calls.push('blacklist');
      return add(`t.${id}`, expiresAt);
    },
    async isLive({ session, token }) {
      calls.push('isLive');
      return !ids.has(`s.${session?.id}`) && !ids.has(`t.${token?.id}`);
    },
  };
}
