// Changes that change nothing: each was looked at by a person, and has its reason in equivalents.json.
import { readFileSync } from 'node:fs';

/** @typedef {Record<string, Record<string, string>>} Equivalents module → mutant → reason */

export function readEquivalents(url = new URL('equivalents.json', import.meta.url)) {
  /** @type {Equivalents} */
  const reasons = JSON.parse(readFileSync(url, 'utf8'));
  const used = new Set();
  return {
    /** The reason why a mutant cannot be noticed; undefined when it can. */
    take(path, description) {
      const reason = reasons[path]?.[description];
      if (reason !== undefined) used.add(`${path} ${description}`);
      return reason;
    },
    /** Entries whose code is gone. */
    unused: () =>
      Object.entries(reasons).flatMap(([path, list]) =>
        Object.keys(list)
          .filter((description) => !used.has(`${path} ${description}`))
          .map((description) => ({ path, description })),
      ),
  };
}
