import { encodeBytes } from '#engine';

/** Gives an unguessable id of 144 random bits, 24 characters of base64url. */
export type RandomId = () => string;

const ID_BYTES = 18;
const DRAWN_AT_ONCE = 128;

/** Asks the runtime's generator for many at once, which costs little more than asking for one, and forgets each as it is given. */
export function createRandomIds(): RandomId {
  const pool = new Uint8Array(ID_BYTES * DRAWN_AT_ONCE);
  let next = pool.length;

  return () => {
    if (next === pool.length) {
      crypto.getRandomValues(pool);
      next = 0;
    }
    const bytes = pool.subarray(next, next + ID_BYTES);
    next += ID_BYTES;
    const id = encodeBytes(bytes);
    bytes.fill(0);
    return id;
  };
}
