import type { Settings } from './settings.ts';

interface NotYet {
  readonly applies: (settings: Settings) => boolean;
  readonly line: string;
}

/** Values that are right and that this release cannot do yet. What is built loses its line here. */
const NOT_YET: readonly NotYet[] = [
  { applies: ({ store }) => store.kind === 'redis', line: 'STORE_URL: this release has no redis: store yet' },
  {
    applies: ({ store }) => store.kind === 'postgres',
    line: 'STORE_URL: this release has no postgres: store yet',
  },
  {
    applies: ({ revocation }) => revocation === 'feed',
    line: 'REVOCATION: this release does not have feed yet',
  },
];

/** A line for every setting that this release refuses. */
export function linesOfNotYet(settings: Settings): readonly string[] {
  return NOT_YET.filter(({ applies }) => applies(settings)).map(({ line }) => line);
}
