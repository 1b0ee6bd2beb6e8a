import type { Algorithm } from '@tokenpair/core';
import { Argument } from 'commander';
import { changeKeysFile } from '../keys/keys-file.ts';
import { algOption, keysFileOf, withKeysFile } from '../keys/options.ts';
import { type Ring, readRing } from '../keys/read-ring.ts';
import { STEPS, type Step, type Stepped, takeStep } from '../keys/rotation.ts';
import { type AddCommand, leaf } from '../run/act.ts';
import { WrongUse } from '../run/errors.ts';
import type { Outcome } from '../run/outcome.ts';
import { lengthInWords, parseSeconds } from '../text/words.ts';

interface Options {
  readonly keys?: string;
  readonly alg?: Algorithm;
  readonly kid?: string;
  readonly wait?: string;
  readonly atOnce?: true;
}

const SECOND_MS = 1_000;

/** What each step waits for after the one before: verifiers keep a key set for 5 minutes; a refresh token lives a day, with a leeway of a minute. */
const WAITS: Readonly<Record<Step, number>> = {
  publish: 0,
  sign: 360 * SECOND_MS,
  retire: (86_400 + 60) * SECOND_MS,
};

const HELP = `
publish  adds a new key: it verifies and is in the key set, and does not sign yet
sign     new tokens carry the new key; the old one still verifies
retire   removes the old key: its tokens are refused

Bring the file to every node after each step, and restart what reads it only at its start.`;

export const addKeysRotate: AddCommand = (parent, act) => {
  withKeysFile(leaf(parent, 'rotate', 'replace the signing key in three steps, with two waits'))
    .addArgument(new Argument('<step>', 'what to do now').choices(STEPS))
    .addOption(algOption('what the new key signs with (publish; default: as the key that signs now)'))
    .option('--kid <kid>', 'the key to sign with or to retire, where several could be meant')
    .option('--wait <time>', 'how long the step before must be over (default: sign 6m, retire 1d and 1m)')
    .option('--at-once', 'do not look how long it is over: for a key that has leaked')
    .addHelpText('after', HELP)
    .action((step: Step, options: Options) =>
      act(({ io }) => rotate(step, keysFileOf(options, io), options, io.now())),
    );
};

async function rotate(step: Step, file: string, options: Options, now: number): Promise<Outcome> {
  const { alg, kid, atOnce = false } = options;
  const waitMs = waitOf(step, options.wait);
  const { ring, stepped } = await changeKeysFile(file, async (keys) => {
    const before = await readRing(keys, file);
    const taken = takeStep(step, before.keys, { now, alg, kid, waitMs, atOnce });
    return { keys: taken.keys, result: { stepped: taken, ring: await readRing(taken.keys, file) } };
  });
  return report(step, file, stepped, ring);
}

function report(step: Step, file: string, stepped: Stepped, ring: Ring): Outcome {
  const kid = stepped.kid ?? String(ring.keys.at(-1)?.kid);
  const next = nextOf(step);
  return {
    ok: true,
    data: { file, step, kid, alg: stepped.alg, signs: ring.keys[0]?.kid, ...(next && { next }) },
    lines: () => [`${DONE[step]} ${kid} (${stepped.alg})`, ...ADVICE[step]],
  };
}

function nextOf(step: Step): { readonly step: Step; readonly afterSeconds: number } | undefined {
  const next = STEPS[STEPS.indexOf(step) + 1];
  return next === undefined ? undefined : { step: next, afterSeconds: WAITS[next] / SECOND_MS };
}

const DONE: Readonly<Record<Step, string>> = {
  publish: 'published',
  sign: 'signs from now on:',
  retire: 'retired',
};

const ADVICE: Readonly<Record<Step, readonly string[]>> = {
  publish: [
    'Now: bring the file to every node, and let each read it.',
    `Then wait ${lengthInWords(WAITS.sign)}, until every verifier has fetched the new key.`,
    'Then: tokenpair keys rotate sign',
  ],
  sign: [
    'Now: bring the file to every node, and let each read it. A service that chooses its key by algorithm has to name that of the new key.',
    `Then wait ${lengthInWords(WAITS.retire)}, until the last token of the old key is dead: longer where refresh.ttl is longer than a day.`,
    'Then: tokenpair keys rotate retire',
  ],
  retire: ['Now: bring the file to every node. Tokens of that key are refused by whoever has read it.'],
};

function waitOf(step: Step, given: string | undefined): number {
  if (given === undefined) return WAITS[step];
  const seconds = parseSeconds(given);
  if (seconds === undefined) throw new WrongUse("--wait takes a length of time such as '10m', '2d'");
  return seconds * SECOND_MS;
}
