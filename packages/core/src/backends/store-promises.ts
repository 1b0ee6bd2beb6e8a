import { type ConfigurationError, invalidValue, isConfigurationError } from '../config/check.ts';
import type { StoreWarning, TokenStore } from '../store.ts';
import { withDeadline } from './deadline.ts';

/** What is told of a store that cannot promise everything. */
export interface PromisesOptions {
  readonly required: boolean;
  readonly timeoutMs: number;
  readonly onWarning: (warning: StoreWarning) => void;
  readonly onFailure: (cause: unknown) => void;
}

/** Asks a store, once, what it cannot promise. */
export interface StorePromises {
  /** Asks unless it has been answered; rejects when it cannot be found out, and where promises are required and not kept. */
  settle(): Promise<void>;
  /** Before every call: nothing to wait for unless durability is required. The first call has it found out. */
  admit(): Promise<void> | undefined;
}

/** The pause before a store that could not say, or does not promise what it has to, is asked again, in ms. */
const RETRY_MS = 10_000;

/** The same where calls wait for the answer. */
const REQUIRED_RETRY_MS = 1_000;

const NOT_DURABLE: StoreWarning = Object.freeze({
  code: 'not_durable',
  detail: 'The store keeps nothing beyond the end of its process; a restart ends every session.',
});

export function createStorePromises(
  store: TokenStore,
  { required, timeoutMs, onWarning, onFailure }: PromisesOptions,
): StorePromises {
  const told = new Set<string>();
  let asking: Promise<void> | undefined;
  let isKept = false;
  let retryAt = 0;
  let refusal: ConfigurationError | undefined;

  async function warningsOf(): Promise<readonly StoreWarning[]> {
    const found = (await withDeadline(async () => store.check?.(), timeoutMs)) ?? [];
    const isTold = store.durable === true || found.some(({ code }) => code === 'not_durable');
    return isTold ? found : [...found, NOT_DURABLE];
  }

  function tell(warning: StoreWarning): void {
    if (told.has(warning.detail)) return;
    told.add(warning.detail);
    onWarning(warning);
  }

  async function ask(): Promise<void> {
    const warnings = await warningsOf();
    for (const warning of warnings) tell(warning);
    if (required && warnings.length > 0) {
      throw invalidValue(
        `options.durability is 'required', and the store "${store.name}" cannot promise it: ${warnings.map(({ detail }) => detail).join(' ')}`,
      );
    }
    isKept = true;
  }

  async function fail(cause: unknown): Promise<never> {
    asking = undefined; // what could not be found out now may be later, and what was wrong may be mended
    refusal = isConfigurationError(cause) ? cause : undefined;
    retryAt = performance.now() + (required && refusal === undefined ? REQUIRED_RETRY_MS : RETRY_MS);
    if (!required) onFailure(cause); // where it is, whoever asked is refused and tells
    throw cause;
  }

  function settle(): Promise<void> {
    if (refusal !== undefined && performance.now() < retryAt) return Promise.reject(refusal);
    asking ??= ask().catch(fail);
    return asking;
  }

  return Object.freeze({
    settle,
    admit() {
      if (isKept) return undefined;
      if (required) return settle();
      if (performance.now() >= retryAt) settle().catch(() => undefined); // told as an event
      return undefined;
    },
  } satisfies StorePromises);
}
