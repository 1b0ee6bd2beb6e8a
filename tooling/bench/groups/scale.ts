/** What a session takes and what calls cost with up to a million live sessions, a store at a time. @module */
import type { Group, Measured } from '../group.ts';
import { measureScale, scaleRatios } from '../rotation/scale/measure-scale.ts';
import { STAGES } from '../rotation/scale/stages.ts';

export const scale: Group = {
  name: 'scale',
  parts: Object.keys(STAGES),
  async measure(store, { quick }): Promise<Measured> {
    const sizes = quick ? [1_000, 20_000] : [1_000, 100_000, 1_000_000];
    const figures = await measureScale({ sizes, stores: [store], seconds: quick ? 4 : 40 });
    return { figures, ratios: scaleRatios(figures, sizes) };
  },
};
