import { describe, expect, it } from 'vitest';
import { createShutdown } from '../src/cluster/shutdown.ts';

describe('a signal to end', () => {
  it('has all finish before a line is logged, and a second one does not wait', async () => {
    const happened: unknown[] = [];
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const end = createShutdown(
      { info: (_line, text) => void happened.push(text) },
      () => {
        happened.push('finishing');
        return finished;
      },
      (code) => void happened.push(code),
    );
    const ending = end('SIGTERM');
    expect(happened).toEqual(['finishing', 'draining']);
    await end('SIGTERM');
    expect(happened.at(-1)).toBe(1);
    finish();
    await ending;
    expect(happened.slice(-2)).toEqual(['ended', 0]);
  });
});
