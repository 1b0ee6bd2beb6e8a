import { ALGORITHMS, type Algorithm, type AlgorithmFamily } from '../keys/algorithms.ts';

export type SecretFamily = Extract<AlgorithmFamily, { family: 'secret' }>;
export type AsymmetricFamily = Exclude<AlgorithmFamily, { family: 'secret' }>;

/** @throws TypeError for an algorithm of key pairs */
export function secretFamily(alg: Algorithm): SecretFamily {
  const family = ALGORITHMS[alg];
  if (family.family !== 'secret') throw new TypeError(`${alg} takes no secret`);
  return family;
}

/** @throws TypeError for an algorithm of shared secrets */
export function asymmetricFamily(alg: Algorithm): AsymmetricFamily {
  const family = ALGORITHMS[alg];
  if (family.family === 'secret') throw new TypeError(`${alg} takes a secret`);
  return family;
}
