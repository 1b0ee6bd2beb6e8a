import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../src/run/program.ts';
import { run, start } from './support.ts';

const io = {
  env: {},
  outIsTerminal: false,
  errIsTerminal: false,
  out: () => undefined,
  err: () => undefined,
  readStdin: async () => '',
  now: () => 0,
};
const progress = { show: () => undefined, clear: () => undefined };
const program = createProgram({ io, progress, begins: () => undefined, ends: () => undefined });

function walk(
  command: Command,
  path: readonly string[] = [],
): readonly { path: readonly string[]; command: Command }[] {
  return [{ path, command }, ...command.commands.flatMap((one) => walk(one, [...path, one.name()]))];
}

const ALL = walk(program);
const LEAVES = ALL.filter(({ command }) => command.commands.length === 0);

describe('help', () => {
  it('is there for every command', () => {
    expect(LEAVES.map(({ path }) => path.join(' '))).toEqual([
      'keys generate',
      'keys rotate',
      'keys list',
      'keys jwks',
      'decode',
      'verify',
      'sessions list',
      'sessions revoke',
      'sessions revoke-all',
      'prune',
      'store migrate',
      'store check',
      'doctor',
    ]);
  });

  it.each(ALL.map(({ path }) => [path.join(' ')]))(
    'tokenpair %s --help is on stdout, with exit code 0',
    async (path) => {
      const words = path === '' ? [] : path.split(' ');
      const { code, stdout, stderr } = await run([...words, '--help']);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain(`Usage: tokenpair ${path}`);
      expect(stdout).not.toContain('\u001b');
    },
  );

  it('names --json for every command that does something', () => {
    for (const { path, command } of LEAVES)
      expect(
        command.options.map(({ long }) => long),
        path.join(' '),
      ).toContain('--json');
  });

  it('has a description for every command, option and argument', () => {
    for (const { path, command } of ALL) {
      const texts = [command.description(), ...command.options.map(({ description }) => description)];
      const args = command.registeredArguments.map(({ description }) => description);
      for (const text of [...texts, ...args]) expect(text, path.join(' ')).toMatch(/\w{3}/);
    }
  });

  it('takes no option for a secret itself', () => {
    const options = ALL.flatMap(({ command }) => command.options.map(({ flags }) => flags));
    expect(options.filter((flags) => /secret|password|token/i.test(flags))).toEqual(['--secret-file <file>']);
  });
});

it('the version is that of the package', async () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(await start(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
});
