import { assertOptions, assertText, invalidValue } from '../config/check.ts';
import type { ClientHook } from '../config/hooks.ts';
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
    return readBasic(rawHeaders).some(({ id, secret }) => {
      const known = secrets.get(id);
      return equalInConstantTime(secret, known ?? decoy) && known !== undefined;
    });
  };
}

interface BasicCredentials {
  readonly id: string;
  readonly secret: string;
}

/** The credentials in their two readings, the plain one first. */
function readBasic(rawHeaders: readonly string[]): readonly BasicCredentials[] {
  const values = headerValues(rawHeaders, 'authorization');
  const encoded = values.length === 1 ? /^basic ([A-Za-z0-9+/=]+)$/i.exec(values[0] ?? '')?.[1] : undefined;
  const text = encoded === undefined ? undefined : decode(encoded);
  const colon = text?.indexOf(':') ?? -1;
  if (text === undefined || colon < 0) return [];
  const plain = { id: text.slice(0, colon), secret: text.slice(colon + 1) };
  const id = formDecode(plain.id);
  const secret = formDecode(plain.secret);
  return id === undefined || secret === undefined ? [plain] : [plain, { id, secret }];
}

function decode(base64: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(
      Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)),
    );
  } catch {
    return undefined;
  }
}

function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
