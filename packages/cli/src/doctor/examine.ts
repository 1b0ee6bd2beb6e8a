import { type AuthOptions, createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import type { Config, Options } from './facts.ts';
import { readFacts } from './read-facts.ts';
import { type Finding, findingOf, type Rule } from './rule.ts';
import { COOKIE_RULES } from './rules/cookies.ts';
import { KEY_RULES } from './rules/keys.ts';
import { LIFE_RULES } from './rules/lives.ts';
import { NAME_RULES } from './rules/names.ts';
import { SESSION_RULES } from './rules/sessions.ts';
import { STORE_RULES } from './rules/store.ts';

/** All there are. */
export const RULES: readonly Rule[] = [
  ...NAME_RULES,
  ...KEY_RULES,
  ...LIFE_RULES,
  ...SESSION_RULES,
  ...STORE_RULES,
  ...COOKIE_RULES,
];

const REFUSED = { id: 'refused', level: 'error', page: 'cli.md#refused' } as const;

/** What is unsafe about a configuration, and what core refuses; the worst first. */
export function examine(config: Config): readonly Finding[] {
  const facts = readFacts(config);
  const found = RULES.flatMap((rule) => {
    const reason = rule.judge(facts);
    return reason === undefined ? [] : [findingOf(rule, reason)];
  });
  const refusal = refusalOf(config.options);
  // What has a rule of its own is not said a second time.
  const isSaid = found.some(({ id }) => ['issuer-missing', 'audience-missing', 'keys-missing'].includes(id));
  const all =
    refusal === undefined || isSaid ? found : [...found, findingOf(REFUSED, `core refuses it: ${refusal}`)];
  return all.toSorted((one, other) => LEVELS.indexOf(one.level) - LEVELS.indexOf(other.level));
}

const LEVELS = ['error', 'warning', 'note'] as const;

/** In core's words, which name the option and never show what it holds. */
function refusalOf(options: Options): string | undefined {
  try {
    void createAuth({ ...options, store: standIn(options['store']) } as AuthOptions).close();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Says what the store says of itself; nothing is asked of it. */
function standIn(store: unknown): AuthOptions['store'] {
  const { capabilities, durable, watch } = (store ?? {}) as Partial<AuthOptions['store']>;
  const { watch: ownWatch, ...memory } = memoryStore();
  return {
    ...memory,
    durable: durable ?? true,
    ...(capabilities && { capabilities }),
    ...(ownWatch && (store === undefined || watch) && { watch: ownWatch }),
  };
}
