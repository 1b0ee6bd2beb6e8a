import type { Row } from '../request-row.ts';
import { ACCOUNTS, OPEN } from './accounts.ts';
import { GUARDED } from './guarded.ts';
import { LOGINS } from './logins.ts';
import { METHODS_AND_PATHS } from './methods.ts';
import { PATHS } from './paths.ts';
import { CLIENTS, REFRESHES } from './refreshes.ts';
import { SESSIONS } from './sessions.ts';

/** Requests to a service with tokens in headers and one client. They are sent one after the other. */
export const HEADER_TABLE: readonly Row[] = [
  ...LOGINS,
  ...METHODS_AND_PATHS,
  ...PATHS,
  ...GUARDED,
  ...SESSIONS,
  ...REFRESHES,
  ...CLIENTS,
  ...ACCOUNTS,
  ...OPEN,
];
