import type { RevokeReason, Session, SessionClient, SessionRef, SubjectTarget } from '../store.ts';
import type { AuthContext } from './auth-context.ts';
import { endSessions } from './end-session.ts';
import { type Refusal, refusalError } from './refusals.ts';

/** The refresh that is refused: whose token, of which generation, from where. */
export interface RefusedRefresh {
  readonly ref: SessionRef;
  readonly generation: number;
  readonly client: SessionClient;
}

/** Ends what has to end before the client is told (I4), and gives the error that tells it. */
export async function refuseRefresh(
  context: AuthContext,
  { ref, client, generation }: RefusedRefresh,
  verdict: Refusal,
  session: Session | undefined,
): Promise<Error> {
  const event = { session: ref.id, subject: ref.subject, client };
  const error = refusalError(verdict);
  const ended =
    verdict.kind === 'end'
      ? await endSessions(context, endTarget(context, ref, verdict.reason), verdict.reason)
      : 0;
  if (error.code === 'refresh_token_reused' && ended > 0) {
    context.events.emit('refresh.reused', {
      ...event,
      generation,
      stored: session?.generation ?? generation,
    });
  } else {
    context.events.emit('refresh.refused', { ...event, code: error.code });
  }
  return error;
}

function endTarget(
  { options }: AuthContext,
  ref: SessionRef,
  reason: RevokeReason,
): SessionRef | SubjectTarget {
  return reason === 'reuse' && options.refresh.reuse === 'subject' ? { subject: ref.subject } : ref;
}
