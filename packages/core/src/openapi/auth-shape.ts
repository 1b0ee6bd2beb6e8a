import type { ResolvedAuthOptions } from '../config/resolve-auth-options.ts';
import type { Wire } from '../config/resolve-wire.ts';

/** Which token endpoints an auth has, and how they speak. Plain data, frozen. */
export interface AuthShape {
  readonly wire: Wire;
  readonly mode: 'pair' | 'sliding';
  /** The fields of a login; absent where there is no login endpoint. */
  readonly loginFields?: readonly string[];
  /** Whether clients can authenticate, and so introspect tokens. */
  readonly hasClients: boolean;
  /** Whether a user's sessions can be listed and ended. */
  readonly hasSessions: boolean;
  /** Whether a login can be refused for the number of sessions. */
  readonly limitsSessions: boolean;
  /** Whether a refresh gives a new refresh token. */
  readonly rotates: boolean;
  /** The names of the cookies; absent with header transport. */
  readonly cookies?: { readonly access: string; readonly refresh: string; readonly csrf: string };
}

export function shapeOf({
  authenticateClient,
  can,
  cookies,
  login,
  loginFields,
  mode,
  refresh,
  session,
  wire,
}: ResolvedAuthOptions): AuthShape {
  return Object.freeze({
    wire,
    mode,
    ...(login !== undefined && { loginFields }),
    hasClients: authenticateClient !== undefined,
    hasSessions: can.subjects,
    limitsSessions: session.maxSessions !== undefined && session.onLimit === 'refuse',
    rotates: refresh.rotate,
    ...(cookies !== undefined && { cookies: cookies.names }),
  });
}
