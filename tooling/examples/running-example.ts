import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Env,
  type Framework,
  kill,
  launchExample,
  linesOf,
  urlOf,
} from '../../examples/shared/test/support/example-process.ts';

/** A built example service in a folder of its own. */
export interface RunningExample {
  readonly framework: Framework;
  readonly port: number;
  /** Everything it has printed so far, and as lines of its log. */
  printed(): string;
  logged(): readonly Readonly<Record<string, unknown>>[];
  isRunning(): boolean;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** Starts an example; resolves when it listens. */
export async function startExample(framework: Framework, env: Env): Promise<RunningExample> {
  const folder = mkdtempSync(join(tmpdir(), `tokenpair-${framework}-`));
  const example = launchExample(framework, env, folder);
  const stop = async (): Promise<void> => {
    await kill(example.child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return {
      framework,
      port: Number(new URL(await urlOf(example)).port),
      printed: () => example.stdout() + example.stderr(),
      logged: () => linesOf(example.stdout()),
      isRunning: () => example.child.exitCode === null && example.child.signalCode === null,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
