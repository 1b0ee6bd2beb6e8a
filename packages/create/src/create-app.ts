import { relative } from 'node:path';
import process from 'node:process';
import { composeApp } from './app/compose.ts';
import { writeApp } from './app/write-app.ts';
import type { Ask } from './plan/ask.ts';
import { FRAMEWORKS, STORES, TRANSPORTS } from './plan/choices.ts';
import { type Given, makePlan, type Plan } from './plan/make-plan.ts';

/** The app that was made. */
export interface Created {
  /** What `--json` prints. */
  readonly data: Plan & {
    /** Paths in the folder. */
    readonly files: readonly string[];
    /** Commands to go on with. */
    readonly next: readonly string[];
  };
  /** The same for a person, a line each. */
  readonly lines: readonly string[];
}

/**
 * Makes an app. Nothing is written when anything is wrong, and no file is written over.
 *
 * @param ask for what was not given; without it nobody is asked
 * @throws WrongUse, Refusal
 */
export async function createApp(given: Given, ask: Ask | undefined): Promise<Created> {
  const plan = await makePlan(given, ask);
  const files = composeApp(plan);
  writeApp(plan.folder, files);
  const next = nextSteps(plan);
  return { data: { ...plan, files: [...files.keys()].sort(), next }, lines: linesOf(plan, next) };
}

function nextSteps({ folder }: Plan): readonly string[] {
  const path = relative(process.cwd(), folder);
  return [
    ...(path === '' ? [] : [`cd ${/^[\w./-]+$/.test(path) ? path : JSON.stringify(path)}`]),
    'npm install',
    'npm run user -- add ada',
    'npm start',
  ];
}

function linesOf({ folder, framework, store, transport }: Plan, next: readonly string[]): readonly string[] {
  const server =
    store === 'sqlite' ? '' : ` STORE_URL there says where ${STORES[store]} is; it has to be running.`;
  return [
    `Made ${folder}: ${FRAMEWORKS[framework]}, ${STORES[store]}, ${TRANSPORTS[transport]}.`,
    '',
    ...next.map((command) => `  ${command}`),
    '',
    'The third makes a user and shows the password, once: there is none before it.',
    `The secret of the app is in .env, for your eyes alone, and git ignores it.${server}`,
  ];
}
