import { describe, expect, it } from 'vitest';
import { BUCKETS, bucketOf, createKeys, escapeText } from '../src/keys.ts';
import { upTo } from './support.ts';

const TEXTS = [
  '',
  'a',
  'a\u0000b',
  'a"b',
  'a\\b',
  'a\\"b',
  '\ud800',
  '\udc00',
  '\ufffd',
  '{1}',
  '%7B1%7D',
  '*',
  'é',
  '\u{1f600}',
];

describe('the keys', () => {
  it('have the names that stored data has', () => {
    const keys = createKeys('tokenpair');
    const ref = { id: 's1', subject: 'user-1' };
    expect(keys.session(ref)).toBe('tokenpair:{236}:session:6:user-1:s1');
    expect(keys.token(ref)).toBe('tokenpair:{236}:token:6:user-1:s1');
    expect(keys.index('user-1')).toBe('tokenpair:{236}:index:6:user-1:');
    expect([keys.feed(7), keys.version(7), keys.touch(7), keys.channel]).toEqual([
      'tokenpair:{7}:feed',
      'tokenpair:{7}:version',
      'tokenpair:{7}:touch',
      'tokenpair:feed',
    ]);
  });

  it('put a subject into the bucket where its records are, for ever', () => {
    expect(['', 'user-1', 'user-2', '\u{1f600}', 'x'.repeat(10_240)].map(bucketOf)).toEqual([
      11, 236, 209, 38, 167,
    ]);
  });

  it('spread subjects evenly, numbered ones too', () => {
    const counts = new Map<number, number>();
    for (const n of upTo(25_600)) {
      const bucket = bucketOf(`user-${n}`);
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    }
    expect(counts.size).toBe(BUCKETS);
    expect(Math.max(...counts.values())).toBeLessThan(160); // 100 on average, five deviations
    expect(Math.min(...counts.values())).toBeGreaterThan(50);
  });

  it('are different for every prefix, subject and id', () => {
    const names = TEXTS.flatMap((prefix) =>
      TEXTS.flatMap((subject) => TEXTS.map((id) => createKeys(prefix).session({ subject, id }))),
    );
    expect(new Set(names).size).toBe(TEXTS.length ** 3);
  });

  it.each(['tokenpair', '{', '}', '{}', '{1}', 'a{b}c', '%7B1%7D', '*?[a]', 'x:{1}:y'])(
    'have the bucket alone for a hash tag under the prefix %j',
    (prefix) => {
      const keys = createKeys(prefix);
      const names = [keys.session({ id: '{x}', subject: '{user}' }), keys.index('{user}'), keys.feed(3)];
      const tags = names.map((name) => /\{(.*?)\}/.exec(name)?.[1]);
      expect(tags).toEqual([`${bucketOf('{user}')}`, `${bucketOf('{user}')}`, '3']);
    },
  );

  it('escape text so that it is well-formed and can be read back', () => {
    for (const text of TEXTS) {
      expect(escapeText(text)).not.toMatch(/[\p{Surrogate}\p{Control}]/u);
      expect(JSON.parse(`"${escapeText(text)}"`)).toBe(text);
    }
  });
});
