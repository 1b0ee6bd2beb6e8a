import type { Session } from '@tokenpair/core/store';
import { afterEach, describe, expect, it, vi } from 'vitest';
// The lane alone: which calls go together is decided without a server.
import { type AdvanceCall, type Advanced, createAdvanceLane, UNDECIDED } from '../src/advance-lane.ts';
import { sessionOf, upTo } from './support.ts';

type Answers = (Advanced | typeof UNDECIDED)[];

/** A statement on the wire. */
interface Sent {
  readonly ids: string[];
  answer(answers?: Answers): void;
  fail(error: unknown): void;
}

const ONE_ROW = new Error('one row');

describe('the lane of the advances', () => {
  afterEach(() => void vi.useRealTimers());

  it('sends a lone call at once, in a statement of its own', async () => {
    const { advance, sent, kinds } = laneOf();
    const answer = advance(callOf('a'));
    await Promise.resolve();
    expect(kinds).toEqual(['one']);
    sent[0]?.answer();
    expect(await answer).toEqual(recordOf('a'));
  });

  it('sends the calls of one tick together', async () => {
    const { advance, sent, kinds } = laneOf();
    const answers = ['a', 'b', 'c'].map((id) => advance(callOf(id)));
    await settled();
    expect(kinds).toEqual(['many']);
    sent[0]?.answer();
    expect(await Promise.all(answers)).toEqual(['a', 'b', 'c'].map(recordOf));
  });

  it('has two statements on the wire at most, and sends what came meanwhile in one', async () => {
    const { advance, sent } = laneOf();
    const calls = ['a', 'b', 'c', 'd', 'e'].map(async (id) => {
      await settled(Number.parseInt(id, 36));
      return advance(callOf(id));
    });
    await settled(40);
    expect(sent.map(({ ids }) => ids)).toEqual([['a'], ['b']]);
    sent[1]?.answer();
    await settled();
    expect(sent.map(({ ids }) => ids)).toEqual([['a'], ['b'], ['c', 'd', 'e']]);
    for (const statement of sent) statement.answer();
    await Promise.all(calls);
  });

  it('sends 64 together at most', async () => {
    const { advance, sent } = laneOf();
    for (const n of upTo(150)) void advance(callOf(`s${n}`));
    await settled();
    expect(sent.map(({ ids }) => ids.length)).toEqual([64, 64]);
    sent[0]?.answer();
    await settled();
    expect(sent.map(({ ids }) => ids.length)).toEqual([64, 64, 22]);
  });

  it('sends the calls on one session one after the other, in the order in which they came', async () => {
    const { advance, sent } = laneOf();
    const given: string[] = [];
    const calls = ['a', 'b', 'a', 'a', 'c'].map((id, n) =>
      advance(callOf(id)).then(() => given.push(`${id}${n}`)),
    );
    await settled();
    expect(sent.map(({ ids }) => ids)).toEqual([['a', 'b', 'c']]);
    sent[0]?.answer();
    await settled();
    expect(sent.map(({ ids }) => ids).slice(1)).toEqual([['a']]);
    sent[1]?.answer();
    await settled();
    sent[2]?.answer();
    await Promise.all(calls);
    expect(given).toEqual(['a0', 'b1', 'c4', 'a2', 'a3']);
  });

  it('gives each call its own answer', async () => {
    const { advance, sent } = laneOf();
    const answers = ['a', 'b', 'c'].map((id) => advance(callOf(id)));
    await settled();
    sent[0]?.answer([recordOf('a'), undefined, recordOf('c')]);
    expect(await Promise.all(answers)).toEqual([recordOf('a'), undefined, recordOf('c')]);
  });

  it('takes an undecided call alone, and keeps nobody waiting for it', async () => {
    const { advance, sent } = laneOf();
    const [a, b, c] = ['a', 'b', 'c'].map((id) => advance(callOf(id)));
    await settled();
    sent[0]?.answer([recordOf('a'), UNDECIDED, undefined]);
    expect(await a).toEqual(recordOf('a'));
    expect(await c).toBeUndefined();
    expect(sent.map(({ ids }) => ids).slice(1)).toEqual([['b']]);
    sent[1]?.answer();
    expect(await b).toEqual(recordOf('b'));
  });

  it('takes the calls alone when the failure may be due to one of them', async () => {
    const { advance, sent } = laneOf();
    const calls = ['a', 'b', 'c'].map((id) => advance(callOf(id)));
    const outcomes = Promise.allSettled(calls);
    await settled();
    sent[0]?.fail(ONE_ROW);
    await settled();
    expect(sent.map(({ ids }) => ids).slice(1)).toEqual([['a'], ['b'], ['c']]);
    sent[1]?.answer();
    sent[2]?.fail(ONE_ROW);
    sent[3]?.answer();
    expect(await outcomes).toEqual([
      { status: 'fulfilled', value: recordOf('a') },
      { status: 'rejected', reason: ONE_ROW },
      { status: 'fulfilled', value: recordOf('c') },
    ]);
  });

  it('rejects all and takes none again when the outcome is unknown', async () => {
    const { advance, sent } = laneOf();
    const lost = new Error('connection lost');
    const outcomes = Promise.allSettled(['a', 'b'].map((id) => advance(callOf(id))));
    await settled();
    sent[0]?.fail(lost);
    const rejected = { status: 'rejected', reason: lost };
    expect(await outcomes).toEqual([rejected, rejected]);
    expect(sent).toHaveLength(1);
    void advance(callOf('a'));
    await settled();
    expect(sent).toHaveLength(2);
  });

  it('goes on after 50 ms without the statements that do not come back, and counts a late one once', async () => {
    vi.useFakeTimers();
    const { advance, sent } = laneOf();
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      void advance(callOf(id));
      await vi.advanceTimersByTimeAsync(0);
    }
    void advance(callOf('a'));
    await vi.advanceTimersByTimeAsync(49);
    expect(sent.map(({ ids }) => ids)).toEqual([['a'], ['b']]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent.map(({ ids }) => ids).slice(2)).toEqual([['c', 'd', 'e', 'a']]);
    for (const statement of sent.slice(0, 2)) statement.answer();
    await vi.advanceTimersByTimeAsync(0);
    for (const id of ['f', 'g', 'h']) {
      void advance(callOf(id));
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(sent.map(({ ids }) => ids).slice(3)).toEqual([['f']]);
  });
});

function laneOf() {
  const sent: Sent[] = [];
  const kinds: string[] = [];
  const send = (kind: string, calls: readonly AdvanceCall[]): Promise<Answers> =>
    new Promise((resolve, reject) => {
      const ids = calls.map(({ id }) => id);
      kinds.push(kind);
      sent.push({ ids, answer: (answers = ids.map(recordOf)) => resolve(answers), fail: reject });
    });
  const advance = createAdvanceLane({
    one: async (call) => (await send('one', [call]))[0] as Advanced,
    many: (calls) => send('many', calls),
    isOfOne: (error) => error === ONE_ROW,
  });
  return { advance, sent, kinds };
}

function callOf(id: string): AdvanceCall {
  return { id, values: [] };
}

function recordOf(id: string): Session {
  return sessionOf({ id });
}

/** After so many turns of the microtask queue. */
async function settled(turns = 10): Promise<void> {
  for (const _ of upTo(turns)) await Promise.resolve();
}
