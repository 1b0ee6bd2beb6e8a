import { type AuthErrorCode, ERROR_ROWS } from '../errors/error-rows.ts';
import type { AuthShape } from './auth-shape.ts';
import { type Node, refTo } from './schemas.ts';

/** How a code is answered: as everywhere, or as RFC 6749 §5.2 has it. */
export interface Wording {
  statusOf(code: AuthErrorCode): number;
  challenges(code: AuthErrorCode): boolean;
}

export const OWN_WORDING: Wording = Object.freeze({
  statusOf: (code) => ERROR_ROWS[code].status,
  challenges: (code) => ERROR_ROWS[code].challenge !== undefined,
} satisfies Wording);

export const OAUTH2_WORDING: Wording = Object.freeze({
  statusOf(code) {
    const { status } = ERROR_ROWS[code];
    return (status === 401 || status === 403) && code !== 'invalid_client' ? 400 : status;
  },
  challenges: (code) => code === 'invalid_client',
} satisfies Wording);

const header = (description: string): Node => ({ description, schema: { type: 'string' } });

/** What an endpoint answers in JSON; no schema for an answer without body. */
export function good(description: string, schema?: Node, headers?: Node): Node {
  return {
    description,
    ...(headers !== undefined && { headers }),
    ...(schema !== undefined && { content: { 'application/json': { schema } } }),
  };
}

/** The refusals of an endpoint by status, each with the codes that it can have. */
export function refusals(codes: readonly AuthErrorCode[], wording: Wording): Readonly<Record<string, Node>> {
  const byStatus = new Map<number, AuthErrorCode[]>();
  for (const code of new Set(codes)) {
    const status = wording.statusOf(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const entries = [...byStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries(
    entries.map(([status, all]) => [String(status), refusal(all, headersOf(status, all, wording))]),
  );
}

function refusal(codes: readonly AuthErrorCode[], headers: Node): Node {
  const narrowed = { properties: { code: { enum: codes } } };
  return {
    description: codes.map((code) => ERROR_ROWS[code].detail).join(' '),
    ...(Object.keys(headers).length > 0 && { headers }),
    content: { 'application/json': { schema: { allOf: [refTo('Error'), narrowed] } } },
  };
}

/** A header is required where every code of the status has it. A limit may say how long it lasts. */
function headersOf(status: number, codes: readonly AuthErrorCode[], { challenges }: Wording): Node {
  const challenge = { ...header('The challenge of the scheme.'), required: codes.every(challenges) };
  const retry = { ...header('Seconds to wait.'), required: status === 503 };
  return {
    ...(codes.some(challenges) && { 'WWW-Authenticate': challenge }),
    ...((status === 503 || status === 429) && { 'Retry-After': retry }),
  };
}

/** Headers of an answer that sets or clears the cookies. */
export function cookieHeaders({ cookies }: AuthShape): Node | undefined {
  if (cookies === undefined) return undefined;
  const names = Object.values(cookies).join(', ');
  return { 'Set-Cookie': header(`The cookies ${names}, each in a line of its own.`) };
}
