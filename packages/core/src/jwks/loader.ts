import { type BackOff, createBackOff } from './back-off.ts';

/** One load at a time. */
export interface Loader {
  /** Whether a load is under way. */
  readonly busy: boolean;
  /** Why the last load failed; `undefined` when it did not. */
  readonly failure: unknown;
  /** Joins the load under way or begins one. Says whether it succeeded; never rejects, so that nobody has to wait for it. */
  load(): Promise<boolean>;
  /** Milliseconds until a load may begin without being asked for; 0 when one may. */
  readonly waitAt: BackOff['waitAt'];
}

export interface LoaderParts {
  readonly work: () => Promise<void>;
  readonly now: () => number;
  readonly random: () => number;
}

export function createLoader({ work, now, random }: LoaderParts): Loader {
  const backOff = createBackOff(random);
  let flight: Promise<boolean> | undefined;
  let failure: unknown;

  async function attempt(): Promise<boolean> {
    try {
      await work();
      backOff.succeeded();
      failure = undefined;
      return true;
    } catch (cause) {
      backOff.failed(now());
      failure = cause;
      return false;
    } finally {
      flight = undefined;
    }
  }

  return {
    get busy() {
      return flight !== undefined;
    },
    get failure() {
      return failure;
    },
    load() {
      flight ??= attempt();
      return flight;
    },
    waitAt: backOff.waitAt,
  };
}
