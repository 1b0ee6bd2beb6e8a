import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProgram } from '../../../packages/cli/src/run/program.ts';
import { type Block, ROOT } from './pages.ts';

/** What a machine has anyway. */
const COMMON: ReadonlySet<string> = new Set([
  'cd',
  'certbot',
  'curl',
  'docker',
  'export',
  'git',
  'mkdir',
  'openssl',
  'redis-server',
  'sudo',
  'systemctl',
]);
/** What npm does by itself. */
const NPM: ReadonlySet<string> = new Set(['ci', 'pack']);

const silent = (): void => undefined;
const NOWHERE: Parameters<typeof createProgram>[0] = {
  io: {
    env: {},
    outIsTerminal: false,
    errIsTerminal: false,
    out: silent,
    err: silent,
    readStdin: async () => '',
    now: () => 0,
  },
  progress: { show: silent, clear: silent },
  begins: silent,
  ends: silent,
};

const readJson = (path: string): Record<string, Record<string, unknown>> =>
  JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as Record<string, Record<string, unknown>>;

/** @returns what a shell could not run: commands, scripts, files and packages that there are not */
export function shellProblems({ page, line, code }: Block): readonly string[] {
  return code
    .replaceAll('\\\n', ' ')
    .split('\n')
    .flatMap((text) => commandsOf(text).flatMap(problemOf))
    .map((problem) => `${page}:${line}: ${problem}`);
}

/** The commands of a line, without comment, prompt and variables that are set for one command. */
function commandsOf(text: string): readonly string[] {
  return (
    text
      .replace(/^\$ /, '')
      // What is quoted is a command's own.
      .replaceAll(/'[^']*'|"[^"]*"/g, (quoted) => quoted.replaceAll(/[&|;#\s]/g, '_'))
      .replace(/(^|\s)#.*$/, '')
      .split(/\s*(?:&&|\||;)\s*/)
      .map((command) => command.trim().replace(/^(\w+=(\$\([^)]*\)|'[^']*'|"[^"]*"|\S*)\s*)+/, ''))
      .filter((command) => command !== '')
  );
}

function problemOf(command: string): readonly string[] {
  const [program = '', ...words] = command.split(/\s+/);
  if (COMMON.has(program)) return [];
  if (program === 'npm') return npmProblem(words);
  if (program.startsWith('.')) return fileProblem(program);
  if (program === 'node') return fileProblem(words.find((word) => !word.startsWith('-')) ?? '');
  if (program === 'tokenpair') return cliProblem(words);
  if (program === 'npx' && words[0] === 'tokenpair') return cliProblem(words.slice(1));
  return [`no such command here: ${program}`];
}

function npmProblem([verb = '', ...words]: readonly string[]): readonly string[] {
  const { scripts = {} } = readJson('package.json');
  const names = words.filter((word) => !word.startsWith('-'));
  if (verb === 'run')
    return names[0] !== undefined && names[0] in scripts ? [] : [`no such script: npm run ${names[0]}`];
  if (verb === 'install')
    return names
      .filter((name) => !isPackage(name))
      .map((name) => `a package that nothing here knows: ${name}`);
  if (verb === 'create')
    return existsSync(join(ROOT, 'packages/create')) ? [] : ['npm create: there is no such package'];
  return verb in scripts || NPM.has(verb) ? [] : [`no such command of npm: ${verb}`];
}

/** A workspace, or something that the lockfile has. */
function isPackage(name: string): boolean {
  const plain = name.replace(/(?<=.)@[^/]*$/, '');
  return `node_modules/${plain}` in (readJson('package-lock.json')['packages'] ?? {});
}

/** A program of the page's own has no folder; one of the repository is there, or is built from a source that is. */
function fileProblem(file: string): readonly string[] {
  const source = file.replace('/dist/', '/src/').replace(/\.js$/, '.ts');
  const isThere = /^[\w-]+\.m?[jt]s$/.test(file) || globSync([file, source], { cwd: ROOT }).length > 0;
  return isThere ? [] : [`no such file: ${file}`];
}

function cliProblem(words: readonly string[]): readonly string[] {
  let command: ReturnType<typeof createProgram> = createProgram(NOWHERE);
  for (const word of words) {
    if (word.startsWith('-')) continue;
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) break;
    command = next;
  }
  const isComplete =
    command.commands.length === 0 || words.some((word) => /^(--help|-h|--version|-V)$/.test(word));
  if (!isComplete) return [`no such command: tokenpair ${words.join(' ')}`];
  const known = command.options.flatMap(({ long, short }) => [long, short]);
  return words
    .filter((word) => /^--[a-z]/.test(word))
    .map((word) => word.replace(/=.*$/, ''))
    .filter((word) => !known.includes(word) && !['--help', '--version', '--json'].includes(word))
    .map((word) => `tokenpair ${command.name()} has no option ${word}`);
}
