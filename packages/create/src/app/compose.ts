import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { FRAMEWORKS } from '../plan/choices.ts';
import type { Plan } from '../plan/make-plan.ts';
import { fillIn } from './fill-in.ts';
import { manifestOf, packageNameOf } from './manifest.ts';
import { readTemplate } from './read-template.ts';

/** A file of the app. */
export interface AppFile {
  readonly text: string;
  /** For its owner alone. */
  readonly secret?: true;
}

/** The files of the app by their paths, with slashes. The templates lie over each other and share no path. */
export type AppFiles = ReadonlyMap<string, AppFile>;

const SECRET_BYTES = 48;

/** Names that npm treats in its own way in a package, and what they are in the app. */
const NAMES: Readonly<Record<string, string>> = { gitignore: '.gitignore' };

/** Everything that the app consists of, ready to be written. */
export function composeApp(plan: Plan): AppFiles {
  const { files, parts } = readTemplates(templatesOf(plan));
  const values = {
    ...parts,
    name: packageNameOf(basename(plan.folder)),
    framework: FRAMEWORKS[plan.framework],
  };
  const app = new Map<string, AppFile>();
  for (const [path, text] of files) app.set(NAMES[path] ?? path, { text });

  const environment = take(app, 'env');
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  app.set('.env', { text: fillIn(environment, { ...values, secret }), secret: true });
  app.set('.env.example', { text: fillIn(environment, { ...values, secret: '' }) });
  app.set('README.md', { text: fillIn(take(app, 'README.md'), values) });
  app.set('package.json', { text: `${JSON.stringify(manifestOf(plan, values.name), undefined, 2)}\n` });
  return app;
}

function templatesOf({ framework, store, transport }: Plan): readonly string[] {
  const users = store === 'postgres' ? 'postgres' : 'sqlite';
  return ['base', `framework-${framework}`, `store-${store}`, `users-${users}`, `transport-${transport}`];
}

/** Files go into the app as they are; what is in `parts` goes into the places of that name in other files. */
function readTemplates(names: readonly string[]): {
  readonly files: ReadonlyMap<string, string>;
  readonly parts: Readonly<Record<string, string>>;
} {
  const files = new Map<string, string>();
  const parts: Record<string, string> = {};
  for (const [path, text] of names.flatMap(readTemplate)) {
    const part = /^parts\/([a-z]+)/.exec(path)?.[1];
    if (part === undefined) files.set(path, text);
    else parts[part] = text.trimEnd();
  }
  return { files, parts };
}

function take(app: Map<string, AppFile>, path: string): string {
  const text = app.get(path)?.text;
  if (text === undefined) throw new TypeError(`no template has ${path}`);
  app.delete(path);
  return text;
}
