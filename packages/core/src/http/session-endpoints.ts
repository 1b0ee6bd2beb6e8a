import { NotFoundError } from '../errors/errors.ts';
import { requireAuthentication } from '../guard/authenticate.ts';
import { endSessions } from '../session/end-session.ts';
import type { Session } from '../store.ts';
import { jsonAnswer, noContent } from './answer.ts';
import type { Endpoint } from './endpoint.ts';
import { readFields, readFlag } from './read-fields.ts';

/** One session as its owner sees it: no token material. */
export interface SessionBody {
  readonly id: string;
  /** ISO 8601, like the other times. */
  readonly created_at: string;
  readonly last_used_at: string;
  readonly expires_at: string;
  /** Whether it is the one asking. */
  readonly current: boolean;
  readonly label: string | null;
  readonly user_agent: string | null;
  readonly ip: string | null;
}

/** `GET /sessions`: the live sessions of whoever asks. */
export const listSessions: Endpoint = async (context, request) => {
  const { subject, session } = await requireAuthentication(context, request);
  const sessions = await context.store.list(subject, context.options.clock());
  return jsonAnswer({ sessions: sessions.map((each) => toSessionBody(each, session)) });
};

/** `DELETE /sessions/:id`: ends one of them; somebody else's is not found. */
export const deleteSession: Endpoint = async (context, request, id) => {
  const { subject, session } = await requireAuthentication(context, request);
  if ((await endSessions(context, { id, subject }, 'revoked')) === 0) throw new NotFoundError();
  return noContent(id === session ? context.cookies?.clear : undefined);
};

/** `POST /logout-all`: ends all of them, or with `keep_current` all others. */
export const logoutAll: Endpoint = async (context, request) => {
  const { subject, session } = await requireAuthentication(context, request);
  const keepsCurrent = readFlag(await readFields(request), 'keep_current');
  const target = keepsCurrent ? { subject, except: session } : { subject };
  const revoked = await endSessions(context, target, 'logout');
  return jsonAnswer({ revoked }, keepsCurrent ? [] : context.cookies?.clear);
};

function toSessionBody(session: Session, currentId: string): SessionBody {
  return {
    id: session.id,
    created_at: new Date(session.createdAt).toISOString(),
    last_used_at: new Date(session.lastUsedAt).toISOString(),
    expires_at: new Date(Math.min(session.expiresAt, session.endsAt)).toISOString(),
    current: session.id === currentId,
    label: session.client?.label ?? null,
    user_agent: session.client?.userAgent ?? null,
    ip: session.client?.ip ?? null,
  };
}
