import type { KeyInput } from '@tokenpair/core';
import type { Settings } from '../settings/settings.ts';
import { readOrMakeKeys } from './key-file.ts';
import { leastSecretBytes } from './key-recipes.ts';

/**
 * The keys that sign and verify both kinds of token: `TOKENPAIR_SECRET` where it can sign, else what is in `KEYS_FILE`. There
 * the first key for `ALG` signs and the others verify, so keys are changed by adding to the file.
 *
 * @throws StartError, SettingsError for a file that cannot be used
 */
export function loadKeys({ alg, keysFile, secret }: Settings): readonly KeyInput[] {
  if (secret !== undefined && usesSecret(alg)) return [{ alg, secret } as KeyInput];
  return readOrMakeKeys(keysFile, alg);
}

/** Whether an algorithm signs with a secret. */
export function usesSecret(alg: Settings['alg']): boolean {
  return leastSecretBytes(alg) !== undefined;
}
