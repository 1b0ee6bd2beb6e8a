import type { AuthContext } from '../session/auth-context.ts';
import type { AuthAnswer } from './answer.ts';
import type { AuthRequest } from './messages.ts';

/**
 * One endpoint: from the request to a good answer; what it refuses it throws. `parameter` is the last segment of a path such as
 * `/sessions/:id`, empty elsewhere.
 */
export type Endpoint = (context: AuthContext, request: AuthRequest, parameter: string) => Promise<AuthAnswer>;
