/** What every published package has to say of itself, and bring along. @module */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Manifest, publishedWorkspaces, ROOT, type Workspace } from './workspaces.ts';

/** Where the repository's files are shown; npm shows a README away from them. */
const FILES = 'https://github.com/tokenpair/tokenpair/blob/main/';
const REPOSITORY = 'git+https://github.com/tokenpair/tokenpair.git';
const OLDEST_NODE = '>=22.13';

/** What is wrong with the published packages, each with its place. */
export function manifestProblems(root: string = ROOT): readonly string[] {
  const workspaces = publishedWorkspaces(root);
  const versions = new Map(workspaces.map(({ manifest }) => [manifest.name, manifest.version]));
  return workspaces.flatMap((workspace) => [
    ...describe(workspace).map((problem) => `${workspace.folder}/package.json: ${problem}`),
    ...exportsProblems(workspace.manifest).map((problem) => `${workspace.folder}/package.json: ${problem}`),
    ...siblingProblems(workspace.manifest, versions).map(
      (problem) => `${workspace.folder}/package.json: ${problem}`,
    ),
    ...licenceProblems(root, workspace),
    ...readmeProblems(root, workspace),
  ]);
}

function describe({ folder, manifest }: Workspace): readonly string[] {
  const {
    description = '',
    keywords = [],
    license,
    repository,
    engines,
    publishConfig,
    type,
    scripts,
  } = manifest;
  const wanted: readonly (readonly [boolean, string])[] = [
    [description.length > 20, '"description" says in a sentence what it is'],
    [keywords.length >= 3, '"keywords" has three or more, by which it is found'],
    [license === 'MIT', '"license" is MIT'],
    [type === 'module', '"type" is module'],
    [
      repository?.url === REPOSITORY && repository.directory === folder,
      `"repository" names ${REPOSITORY} and ${folder}`,
    ],
    [engines?.['node'] === OLDEST_NODE, `"engines" asks for node ${OLDEST_NODE}`],
    [
      publishConfig?.access === 'public' && publishConfig.provenance === true,
      '"publishConfig" has access public and provenance',
    ],
    [
      /publint --strict.*attw --pack/.test(scripts?.['check'] ?? ''),
      'its script "check" runs publint --strict and attw --pack',
    ],
  ];
  return wanted.filter(([holds]) => !holds).map(([, rule]) => `it has to be that ${rule}`);
}

/** TypeScript takes the first condition that holds. */
function exportsProblems({ exports, sideEffects }: Manifest): readonly string[] {
  if (exports === undefined) return [];
  const disordered = Object.entries(exports)
    .filter(([, conditions]) => Object.keys(conditions).join() !== 'types,default')
    .map(([subpath]) => `exports["${subpath}"] has to have "types", then "default", and nothing else`);
  return [...disordered, ...(sideEffects === false ? [] : ['it has to be that "sideEffects" is false'])];
}

/** All are released together, with one version. */
function siblingProblems(
  { dependencies = {}, peerDependencies = {} }: Manifest,
  versions: ReadonlyMap<string, string>,
): readonly string[] {
  return Object.entries({ ...dependencies, ...peerDependencies })
    .filter(([name, range]) => versions.has(name) && range !== `^${versions.get(name)}`)
    .map(([name, range]) => `${name} is asked for by ${range}, and is at ${versions.get(name)}`);
}

function licenceProblems(root: string, { folder }: Workspace): readonly string[] {
  const path = join(root, folder, 'LICENSE');
  const isOurs =
    existsSync(path) && readFileSync(path, 'utf8') === readFileSync(join(root, 'LICENSE'), 'utf8');
  return isOurs ? [] : [`${folder}/LICENSE: it has to be there, and the same as that of the repository`];
}

function readmeProblems(root: string, { folder, manifest }: Workspace): readonly string[] {
  const path = `${folder}/README.md`;
  if (!existsSync(join(root, path))) return [`${path}: it has to be there`];
  const text = readFileSync(join(root, path), 'utf8');
  const wanted: readonly (readonly [boolean, string])[] = [
    [text.startsWith(`# ${manifest.name}\n`), `it begins with "# ${manifest.name}"`],
    [installs(text, manifest.name), 'it says how to install it'],
    [/^```(?:ts|js|console)$/m.test(text), 'it shows an example'],
    [text.includes(`](${FILES}docs/`), `it links to a page under ${FILES}docs/`],
  ];
  const missing = wanted.filter(([holds]) => !holds).map(([, rule]) => `it has to be that ${rule}`);
  return [...missing, ...linkProblems(root, text)].map((problem) => `${path}: ${problem}`);
}

function installs(text: string, name: string): boolean {
  const create = /^create-(.+)$/.exec(name)?.[1];
  if (create !== undefined) return text.includes(`npm create ${create}`);
  return new RegExp(`^npm install .*${name}( |$)`, 'm').test(text);
}

function linkProblems(root: string, text: string): readonly string[] {
  return [...text.matchAll(/\]\(([^)#]*)[^)]*\)/g)].flatMap(([, target = '']) => {
    if (target.startsWith(FILES))
      return existsSync(join(root, target.slice(FILES.length))) ? [] : [`${target} leads nowhere`];
    if (target === '' || target.startsWith('https://')) return [];
    return [`the link to ${target} leads nowhere on npm: write ${FILES}…`];
  });
}
