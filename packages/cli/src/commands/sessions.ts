import { type AddCommand, group } from '../run/act.ts';
import { addSessionsList } from './sessions-list.ts';
import { addSessionsRevoke } from './sessions-revoke.ts';
import { addSessionsRevokeAll } from './sessions-revoke-all.ts';

export const addSessions: AddCommand = (parent, act) => {
  const sessions = group(parent, 'sessions', "show and end a user's sessions");
  for (const add of [addSessionsList, addSessionsRevoke, addSessionsRevokeAll]) add(sessions, act);
};
