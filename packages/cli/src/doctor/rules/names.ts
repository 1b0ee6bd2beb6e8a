import type { Rule } from '../rule.ts';

export const NAME_RULES: readonly Rule[] = [
  {
    id: 'issuer-missing',
    level: 'error',
    page: 'cli.md#names',
    judge: ({ issuer }) =>
      issuer === undefined
        ? 'no issuer: a token of any service that shares the key would be taken.'
        : undefined,
  },
  {
    id: 'audience-missing',
    level: 'error',
    page: 'cli.md#names',
    judge: ({ audience }) =>
      audience === undefined ? 'no audience: a token meant for another API would be taken.' : undefined,
  },
  {
    id: 'issuer-http',
    level: 'error',
    page: 'cli.md#names',
    judge: ({ issuer, isLocal }) =>
      issuer?.startsWith('http:') && !isLocal
        ? 'the issuer is reached over plain http: whoever is on the way reads passwords and tokens, and can change the published keys.'
        : undefined,
  },
];
