/** Numbers that a seed gives again. */
export interface Random {
  /** How often something happens that happens so often on average. */
  count(mean: number): number;
}

/** Mulberry32, and Poisson's distribution by the normal one: means here are large, and where they are not a tick hardly counts. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;

  function uniform(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  return {
    count(mean) {
      const normal = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
      return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
    },
  };
}
