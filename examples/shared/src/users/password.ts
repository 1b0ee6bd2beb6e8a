import { hash, verify } from '@node-rs/argon2';

/** Argon2id, the library's default, at 19 MiB, two passes, one lane: OWASP's choice; about 20 ms. */
const COST = Object.freeze({ memoryCost: 19_456, timeCost: 2, parallelism: 1 });

/** A password as it is kept: PHC text with its own salt and cost. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

/** Whether a password is the one hashed. Runs off the main thread. */
export function verifyPassword(hashed: string, password: string): Promise<boolean> {
  return verify(hashed, password);
}
