import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sequenceProblems } from '../pictures/read-sequence.ts';
import { EXECUTED } from './executed.ts';
import { httpProblems, jsonProblems } from './messages.ts';
import { type Block, ROOT } from './pages.ts';
import { shellProblems } from './shell-lines.ts';

type Check = (block: Block) => readonly string[];

/** What can be said of a block by itself. `ts` is type-checked in one program for all; `text` is no code. */
const CHECKS: Readonly<Record<string, Check>> = {
  http: httpProblems,
  json: jsonProblems,
  mermaid: ({ page, line, code }) => sequenceProblems(code).map((problem) => `${page}:${line}: ${problem}`),
  sh: shellProblems,
  text: () => [],
  ts: () => [],
};

/** @returns what is wrong with the blocks of one page, and those that nothing looks at */
export function blockProblems(page: string, blocks: readonly Block[]): readonly string[] {
  const languages = [...new Set(blocks.map(({ language }) => language))];
  const count = (wanted: string): number => blocks.filter(({ language }) => language === wanted).length;
  return [
    ...blocks.flatMap((block) => CHECKS[block.language]?.(block) ?? escaped(block)),
    ...languages.flatMap((language) => executionProblems(page, language, count(language))),
  ];
}

function escaped({ page, line, language }: Block): readonly string[] {
  if (EXECUTED[page]?.[language] !== undefined) return [];
  const name = language === '' ? 'a block without a language' : `a block of ${language}`;
  return [
    `${page}:${line}: ${name} that nothing runs or checks; name the test that runs it in tooling/docs/blocks/executed.ts`,
  ];
}

function executionProblems(page: string, language: string, found: number): readonly string[] {
  const execution = EXECUTED[page]?.[language];
  if (execution === undefined) return [];
  const { test, blocks } = execution;
  const names =
    existsSync(join(ROOT, test)) &&
    readFileSync(join(ROOT, test), 'utf8').includes(page.split('/').at(-1) ?? page);
  return [
    ...(names ? [] : [`${page}: ${test} is said to run its ${language}, and does not name the page`]),
    ...(found === blocks ? [] : [`${page}: ${found} blocks of ${language} where ${test} runs ${blocks}`]),
  ];
}
