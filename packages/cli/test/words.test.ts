import { expect, it } from 'vitest';
import { inline, jsonText, masked, printable } from '../src/text/printable.ts';
import { lengthInWords, momentInWords, parseSeconds } from '../src/text/words.ts';

it.each([
  [0, 'less than a second'],
  [999, 'less than a second'],
  [1_000, '1 second'],
  [299_000, '4 minutes 59 seconds'],
  [86_460_000, '1 day 1 minute'],
  [2_592_000_000 + 3_600_000 + 5_000, '30 days 1 hour'],
])('%i ms are %s', (ms, words) => {
  expect(lengthInWords(ms)).toBe(words);
});

it('a moment is in the past, now or to come', () => {
  expect([0, 999, 60_000].map((at) => momentInWords(at, 0))).toEqual(['now', 'now', 'in 1 minute']);
  expect(momentInWords(0, 7_200_000)).toBe('2 hours ago');
});

it('a length of time is read as core and the examples read it', () => {
  expect(['30s', '5m', '12h', '30d', '45', 45].map(parseSeconds)).toEqual([
    30, 300, 43_200, 2_592_000, 45, 45,
  ]);
  for (const wrong of ['', 'm', '5 m', '-5m', '1.5h', '5y', Number.NaN, null, {}])
    expect(parseSeconds(wrong), String(wrong)).toBeUndefined();
});

it('what a terminal would obey is escaped, and JSON reads back as it was', () => {
  const text = 'a\u001b]0;x\u0007\u009b\u202e\u2028\ud800\n\u{e0041}é漢';
  expect(printable(text)).toBe('a\\u001b]0;x\\u0007\\u009b\\u202e\\u2028\\ud800\\u000a\\udb40\\udc41é漢');
  expect(inline('"\n')).toBe('"\\"\\n"');
  expect(JSON.parse(jsonText({ [text]: [text] }))).toEqual({ [text]: [text] });
});

it('tokens and passwords of URLs are masked wherever they are', () => {
  const texts = [
    'at eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln, twice eyJh.eyJi',
    'redis://:hunter2@db:6379/0',
    'postgres://u:hunter2@with@at@db/app',
    'postgres://db/app?user=u&password=hunter2&sslmode=require',
  ];
  expect(texts.map(masked)).toEqual([
    'at eyJ…, twice eyJ…',
    'redis://…@db:6379/0',
    'postgres://…@db/app',
    'postgres://db/app?user=u&password=…&sslmode=require',
  ]);
});
