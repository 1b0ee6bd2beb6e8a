import { resolve } from 'node:path';
import { WrongUse } from '../run/errors.ts';
import type { Ask } from './ask.ts';
import { assertEmpty } from './assert-empty.ts';
import {
  FRAMEWORKS,
  type Framework,
  namesOf,
  STORES,
  type Store,
  TRANSPORTS,
  type Transport,
} from './choices.ts';

/** What the command line says. */
export interface Given {
  readonly folder?: string | undefined;
  readonly framework?: Framework;
  readonly store?: Store;
  readonly transport?: Transport;
  /** Takes defaults for what is missing, and asks nothing. */
  readonly yes?: boolean;
}

/** What is to be made, and where. */
export interface Plan {
  /** Absolute. */
  readonly folder: string;
  readonly framework: Framework;
  readonly store: Store;
  readonly transport: Transport;
}

const DEFAULT_FOLDER = 'my-app';

/**
 * Completes what was given: by asking where there is somebody to ask, by defaults with `yes`.
 *
 * @throws WrongUse when something is missing that nobody can be asked for
 * @throws Refusal when the folder cannot be used
 */
export async function makePlan(given: Given, ask: Ask | undefined): Promise<Plan> {
  const asks = given.yes === true ? undefined : ask;
  const folder = resolve(await folderOf(given.folder, asks));
  assertEmpty(folder);

  async function choiceOf<Name extends string>(
    name: string,
    question: string,
    choices: Readonly<Record<Name, string>>,
    chosen: Name | undefined,
  ): Promise<Name> {
    if (chosen !== undefined) return chosen;
    if (asks !== undefined) return asks.choose(question, choices);
    const [first] = namesOf(choices);
    if (given.yes === true && first !== undefined) return first;
    throw new WrongUse(`name --${name} (${namesOf(choices).join(', ')}), or take the defaults with --yes`);
  }

  return {
    folder,
    framework: await choiceOf('framework', 'Which framework?', FRAMEWORKS, given.framework),
    store: await choiceOf('store', 'Where are sessions kept?', STORES, given.store),
    // Never missing where nobody is asked: bodies and headers go with every client.
    transport:
      given.transport ??
      (asks === undefined ? 'header' : await asks.choose('How do tokens travel?', TRANSPORTS)),
  };
}

async function folderOf(given: string | undefined, ask: Ask | undefined): Promise<string> {
  const folder = given ?? (await ask?.text('Which folder?', DEFAULT_FOLDER));
  if (folder === undefined) throw new WrongUse('name a folder: npm create tokenpair my-app');
  if (folder.trim() === '' || folder.includes('\0'))
    throw new WrongUse('the name of the folder is empty, or none');
  return folder;
}
