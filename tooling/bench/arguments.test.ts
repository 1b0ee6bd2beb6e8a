import { expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';

const GROUPS = ['verify', 'http'];

it('measures every group in order unless told which', () => {
  expect(parseArguments([], GROUPS)).toEqual({ quick: false, check: false, groups: GROUPS });
  expect(parseArguments(['--quick', '--only', 'http', '--only', 'verify'], GROUPS)).toEqual({
    quick: true,
    check: false,
    groups: GROUPS,
  });
  expect(parseArguments(['--check', '--only', 'http'], GROUPS)).toMatchObject({
    check: true,
    groups: ['http'],
  });
});

it('refuses a group and an option that there are not', () => {
  expect(() => parseArguments(['--only', 'htttp'], GROUPS)).toThrow('there is no group htttp');
  expect(() => parseArguments(['--fast'], GROUPS)).toThrow(TypeError);
});
