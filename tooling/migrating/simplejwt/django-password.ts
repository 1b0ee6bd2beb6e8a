import { pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(pbkdf2);

/** Whether a password is that of a row of Django's users, by its default hasher; false for every other hasher, and for a password that cannot be used. */
export async function isDjangoPassword(password: string, stored: string): Promise<boolean> {
  const [hasher, iterations, salt = '', hash = ''] = stored.split('$');
  const expected = Buffer.from(hash, 'base64');
  if (hasher !== 'pbkdf2_sha256' || expected.length !== 32) return false;
  return timingSafeEqual(await derive(password, salt, Number(iterations), 32, 'sha256'), expected);
}
