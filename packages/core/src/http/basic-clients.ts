import { assertOptions, assertText, invalidValue } from '../config/check.ts';
import type { ClientHook } from '../config/hooks.ts';
import { type BasicCredentials, formDecode, readBasic } from './basic-credentials.ts';
import { equalInConstantTime } from './constant-time.ts';
import { headerValues } from './headers.ts';

/**
 * Clients that authenticate by HTTP Basic with an id and a secret, as they are (RFC 7617) or form-encoded (RFC 6749 §2.3.1).
 *
 * @param clients secrets by client id; ids without colon
 * @throws TypeError for a client without secret
 * @example
 * ```ts
 * import { basicClients } from '@tokenpair/core/http';
 *
 * const authenticateClient = basicClients({ gateway: crypto.randomUUID() });
 * ```
 */
export function basicClients(clients: Readonly<Record<string, string>>): ClientHook {
  assertOptions(clients, 'clients', Object.keys(clients));
  const secrets = new Map(Object.entries(clients));
  for (const [id, secret] of secrets) {
    assertText(secret, `clients.${id}`);
    if (id === '' || id.includes(':')) throw invalidValue('a client id is a non-empty text without colon');
  }
  // A stranger's id takes as long as a known one.
  const decoy = crypto.randomUUID();

  return (rawHeaders) => {
    return readingsOf(rawHeaders).some(({ id, secret }) => {
      const known = secrets.get(id);
      return equalInConstantTime(secret, known ?? decoy) && known !== undefined;
    });
  };
}

/** The credentials in their two readings, the plain one first. */
function readingsOf(rawHeaders: readonly string[]): readonly BasicCredentials[] {
  const values = headerValues(rawHeaders, 'authorization');
  const plain = values.length === 1 ? readBasic(values[0] ?? '') : undefined;
  if (plain === undefined) return [];
  const id = formDecode(plain.id);
  const secret = formDecode(plain.secret);
  return id === undefined || secret === undefined ? [plain] : [plain, { id, secret }];
}
