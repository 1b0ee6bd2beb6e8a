import { expect, it } from 'vitest';
import { serviceTest } from '../services/service-test.ts';
import { runChaos } from './chaos.ts';

serviceTest('nginx')('production under load, with workers killed and replaced', () => {
  it('logs nobody out, and answers all but what a killed worker had in hand', {
    timeout: 120_000,
  }, async () => {
    const { checks, rows } = await runChaos({ seed: 1, seconds: 6, clients: 15 });
    expect(checks.filter(({ failures }) => failures.length > 0)).toEqual([]);
    expect(checks).toHaveLength(5);
    expect(rows[0]).toMatchObject({ 'logged out': 0 });
  });
});
