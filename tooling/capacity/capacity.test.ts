import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LIMITS, STORES } from './costs.ts';
import { createFeedModel } from './feed-model.ts';
import { capacityReport } from './report.ts';
import { parseScenario, type Scenario } from './scenario.ts';
import { simulateDay, TICK_SECONDS, type Tick } from './simulate-day.ts';
import { summarize } from './summarize.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const day = (changes: Partial<Scenario> = {}) => simulateDay({ ...parseScenario([]), ...changes });
const total = (ticks: readonly Tick[], of: (tick: Tick) => number): number =>
  Math.round(ticks.reduce((sum, tick) => sum + of(tick) * TICK_SECONDS, 0));
const peak = (ticks: readonly Tick[], of: (tick: Tick) => number): number => summarize(ticks.map(of)).peak;
const QUIET = { massLogoutShare: 0, failoverSeconds: 0 };

describe('a simulated day', () => {
  it('has every node hear every logout once when nothing goes wrong', () => {
    const { ticks, unheard } = day(QUIET);
    const logouts = total(ticks, (tick) => tick.logouts);
    expect(logouts).toBeGreaterThan(900_000);
    expect(total(ticks, (tick) => tick.heardByNode)).toBe(logouts);
    expect(total(ticks, (tick) => tick.rereadByNode)).toBe(0);
    expect(unheard).toBe(0);
  });

  it.each([{}, { massLogoutSeconds: 1_200 }, { accessMaxLife: 86_400 }, { failoverSeconds: 1_800 }])(
    'loses no entry: each was heard, or the feed was down until it was over: %o',
    (changes) => {
      const { ticks, unheard } = day(changes);
      expect(total(ticks, (tick) => tick.heardByNode) + unheard).toBe(total(ticks, (tick) => tick.logouts));
    },
  );

  it('is the same for the same seed, and another for another', () => {
    const text = (seed: number): string => JSON.stringify(day({ seed }));
    const once = text(7);
    expect(once === text(7)).toBe(true);
    expect(once === text(8)).toBe(false);
  });

  it('has every refresh that was refused come again', () => {
    const away = day();
    const calm = day({ failoverSeconds: 0 });
    expect(peak(away.ticks, (tick) => tick.refused)).toBeGreaterThan(1_000);
    expect(total(away.ticks, (tick) => tick.refreshes)).toBe(total(calm.ticks, (tick) => tick.refreshes));
  });

  it('asks the store for guarded requests only while the feed is down', () => {
    const calm = day(QUIET).ticks;
    expect(calm.some((tick) => tick.isFeedDown)).toBe(false);
    expect(peak(calm, (tick) => tick.storeCalls)).toBeLessThan(25_000);
    for (const tick of day().ticks) expect(tick.storeCalls > tick.requests).toBe(tick.isFeedDown);
  });

  it('ends the sessions that the mass logout is to end', () => {
    const live = 100_000_000 * 0.7;
    const more = total(day().ticks, (tick) => tick.logouts) - total(day(QUIET).ticks, (tick) => tick.logouts);
    expect(more).toBeGreaterThan(live * 0.01 - 10);
    expect(more).toBeLessThan(live * 0.01 + 10);
  });
});

describe('the model of the feed', () => {
  it('holds as much as the limit, and gives up at one more until less is in force', () => {
    const feed = createFeedModel(10, 120);
    expect(feed.step(LIMITS.ids, false)).toEqual({
      heard: LIMITS.ids,
      reread: 0,
      held: LIMITS.ids,
      isDown: false,
    });
    expect(feed.step(1, false).isDown).toBe(true);
    const after = Array.from({ length: 14 }, () => feed.step(0, false));
    // Subscribed again after a minute in vain, since all is still in force, and after another with success.
    expect(after.map((tick) => tick.isDown).indexOf(false)).toBe(13);
    expect(after.filter((tick) => tick.reread > 0).map((tick) => tick.reread)).toEqual([LIMITS.ids + 1]);
  });

  it('reads what was said while the store was away, once', () => {
    const feed = createFeedModel(10, 120);
    feed.step(5, false);
    expect(feed.step(7, true)).toMatchObject({ heard: 0, isDown: true });
    expect(feed.step(0, false)).toEqual({ heard: 7, reread: 5, held: 12, isDown: false });
    expect(feed.unheard()).toBe(0);
  });
});

describe('the figures', () => {
  it('are limits of the code', () => {
    const constant = (file: string, name: string): number =>
      Number(
        new RegExp(`const ${name} = ([\\d_]+);`)
          .exec(read(`packages/core/src/backends/${file}`))?.[1]
          ?.replaceAll('_', ''),
      );
    expect(constant('ending-ids.ts', 'MOST')).toBe(LIMITS.ids);
    expect(constant('revocation-feed.ts', 'RETRY_FULL_MS')).toBe(LIMITS.retrySeconds * 1_000);
  });

  it('say of a session what docs/stores.md says', () => {
    const [sqlite, redis, postgres] = STORES.map(({ bytesPerSession }) =>
      bytesPerSession.toLocaleString('en-US'),
    );
    expect(read('docs/stores.md')).toContain(` | ${sqlite} | ${redis} | ${postgres} |`);
  });

  it('stand in docs/production.md as the script prints them', () => {
    const isThere = read('docs/production.md').includes(`\n\n${capacityReport(parseScenario([]))}\n\n`);
    expect(isThere, 'put the output of `npm run capacity` there').toBe(true);
  });
});

describe('the arguments', () => {
  it('change the scenario', () => {
    const given = ['--nodes', '3', '--access-ttl', '60', '--mass-logout-share', '0'];
    expect(parseScenario(given)).toMatchObject({ nodes: 3, accessTtl: 60, massLogoutShare: 0 });
  });

  it.each([
    ['--nodes', '0'],
    ['--sessions', 'many'],
    ['--sessions', ''],
    ['--logout-share', '1.1'],
    ['--access-ttl', '301'],
    ['--colour', '1'],
  ])('are refused: %s %s', (name, value) => {
    expect(() => parseScenario([name, value])).toThrow(TypeError);
  });
});
