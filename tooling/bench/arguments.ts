import { parseArgs } from 'node:util';

export interface BenchArguments {
  /** About 2 minutes in place of 10. */
  readonly quick: boolean;
  /** Compares with the committed result, and leaves that as it is. */
  readonly check: boolean;
  /** The groups to measure. */
  readonly groups: readonly string[];
}

/**
 * @param groups all that there are
 * @param alone the one of them that is measured only when it is named
 * @throws TypeError for an argument that there is not, and for a group that there is not
 */
export function parseArguments(
  args: readonly string[],
  groups: readonly string[],
  alone?: string,
): BenchArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
    },
  });
  const { check, quick, only = groups.filter((name) => name !== alone) } = values;
  const unknown = only.filter((name) => !groups.includes(name));
  if (unknown.length > 0)
    throw new TypeError(`there is no group ${unknown.join(', ')}; there are ${groups.join(', ')}`);
  return { quick, check, groups: groups.filter((name) => only.includes(name)) };
}
