import { Refusal } from '../run/errors.ts';
import type { Io } from '../run/io.ts';

const LONGEST = 65_536;

/** The token that was given, or standard input for `-`; without the space around it. @throws Refusal `no_token` */
export async function readToken(given: string, io: Pick<Io, 'readStdin'>): Promise<string> {
  const token = (given === '-' ? await io.readStdin() : given).trim();
  if (token === '') throw new Refusal('no_token', 'there is no token: nothing came on standard input');
  if (token.length > LONGEST) throw new Refusal('no_token', 'this is no token: it is far too long');
  return token;
}
