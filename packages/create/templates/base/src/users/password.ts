import { hash, verify } from '@node-rs/argon2';

/** Argon2id, the library's default, at 19 MiB, two passes, one lane: OWASP's choice. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A password as it is kept: text with its own salt and cost. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

export function verifyPassword(hashed: string, password: string): Promise<boolean> {
  return verify(hashed, password);
}
