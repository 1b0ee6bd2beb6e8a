// Names that are no names of their own once they are written down (security.md R16).
import { describe, it } from 'vitest';
import { claimsWith, expectAccepted, expectRefused, forge, headerOf, type Path } from './paths.ts';

const payload =
  (text: string) =>
  ({ alg }: Path): string =>
    forge(alg, headerOf(alg), text);

describe('a name that a store cannot tell from another (R16)', () => {
  it.each([
    ['a lone surrogate in sub', 'sub', '"\\ud800"'],
    ['a lone low surrogate in sub', 'sub', '"admin\\udc00"'],
    ['a lone surrogate in sid', 'sid', '"\\udbff"'],
    ['a lone surrogate in jti', 'jti', '"\\ud800x"'],
    ['a NUL in sub', 'sub', '"admin\\u0000"'],
    ['a NUL in sid', 'sid', '"\\u0000"'],
  ])('%s is refused: in UTF-8 it is no name of its own', async (_name, member, json) => {
    await expectRefused(payload(claimsWith(member, json)));
  });

  it.each([
    ['a character of two code units', 'sub', '"\\ud83d\\ude00"'],
    ['a character beyond ASCII', 'sid', '"ü"'],
  ])('%s is a near miss', async (_name, member, json) => {
    await expectAccepted(payload(claimsWith(member, json)));
  });
});
