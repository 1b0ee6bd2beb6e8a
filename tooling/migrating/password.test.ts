/** Hashes that Django 3.2 itself has made. */
import { expect, it } from 'vitest';
import { isDjangoPassword } from './simplejwt/django-password.ts';

const LOVELACE = 'pbkdf2_sha256$1000$Zq3kJ0wYt8Pm$OHdpWJBcbZ3TdUXeJ+T7u7m6NSgM+uWrk6cDoZL9y2w=';
const UMLAUTS = 'pbkdf2_sha256$1000$Zq3kJ0wYt8Pm$XAnH09bDXzk80fLVREYWcjlaalPKR3VL2khicbi0Wj4=';

it.each([
  ['lovelace', LOVELACE, true],
  ['pässwörd', UMLAUTS, true],
  ['Lovelace', LOVELACE, false],
  ['', LOVELACE, false],
  ['lovelace', LOVELACE.replace('$1000$', '$1001$'), false],
  ['lovelace', LOVELACE.replace('pbkdf2_sha256', 'argon2'), false],
  ['', 'pbkdf2_sha256$1000$Zq3kJ0wYt8Pm$', false],
  ['lovelace', '!wzy7Ru1mySqcFdPazQnUBPmrmLmnk0XfdmJZ6Nta', false],
  ['lovelace', '', false],
])('%j against %s: %s', async (password, stored, isRight) => {
  expect(await isDjangoPassword(password, stored)).toBe(isRight);
});
