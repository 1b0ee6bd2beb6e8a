import type { AuthContext } from '../session/auth-context.ts';
import type { AuthAnswer } from './answer.ts';
import type { AuthRequest } from './messages.ts';

/** One endpoint of an auth: a handler that is given the auth's parts. */
export type Endpoint = (context: AuthContext, request: AuthRequest, parameter: string) => Promise<AuthAnswer>;
