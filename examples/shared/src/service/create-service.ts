import type { Auth, Authentication, Jwks, LoginHook } from '@tokenpair/core';
import { limitLogins } from '@tokenpair/core/login-limits';
import type { Backends } from '../backends/backends.ts';
import { openBackends } from '../backends/open-backends.ts';
import { createLog, type Log } from '../log/create-log.ts';
import { logEvents } from '../log/log-events.ts';
import { createRequestLog, type RequestLog } from '../log/request-log.ts';
import type { Rate, Settings } from '../settings/settings.ts';
import { EXAMPLE_USERS, type Seed } from '../users/seeds.ts';
import { createUsers, type Users } from '../users/users.ts';
import { type Accounts, createAccounts, type PasswordChange } from './accounts.ts';
import { limitChanges } from './limit-changes.ts';
import { makeAuth } from './make-auth.ts';
import { pruneRegularly } from './prune-regularly.ts';
import { assertReady } from './readiness.ts';

/** The example service without a framework: what its routes call. Bodies come back as plain objects; refusals are thrown as `AuthError`. */
export interface Service {
  readonly settings: Settings;
  readonly auth: Auth;
  readonly accounts: Accounts;
  readonly requestLog: RequestLog;
  readonly log: Log;
  hello(): object;
  helloAdmin(): object;
  me(auth: Authentication): object;
  whoever(auth: Authentication | undefined): object;
  health(): object;
  /** @throws StoreUnavailableError */
  ready(): Promise<object>;
  jwks(): Jwks;
  /** Stops the timers and closes the databases; for the end of the process. */
  close(): Promise<void>;
}

/** What another service than the tutorial's does differently. */
export interface ServiceParts {
  /** Users of the first start. @default vitor and admin */
  readonly seeds?: readonly Seed[];
  /** Wraps the login. @default as it is */
  readonly login?: (login: LoginHook) => LoginHook;
  /** Told of every try to change the own password. @default nobody */
  readonly onPasswordChange?: (change: PasswordChange) => void;
}

/** Opens the databases, makes keys and users at the first start. @throws StartError */
export async function createService(
  settings: Settings,
  { seeds = EXAMPLE_USERS, login = (hook) => hook, onPasswordChange }: ServiceParts = {},
): Promise<Service> {
  const log = createLog(settings.log);
  const backends = await openBackends(settings);
  const allUsers = await createUsers(backends.users, seeds);
  const users = await limited({ ...allUsers, login: login(allUsers.login) }, settings.loginRate, backends);
  const auth = makeAuth(settings, backends.store, users);
  logEvents(auth, log);
  await auth.ready();
  const stopPruning = pruneRegularly(auth, log);

  return Object.freeze({
    settings,
    auth,
    accounts: createAccounts(auth, users, onPasswordChange),
    requestLog: createRequestLog(log),
    log,
    hello: () => ({ message: 'Hello, World!' }),
    helloAdmin: () => ({ message: 'Hello, admin!' }),
    me: ({ subject, session, scopes, claims }) => ({ subject, session, scopes, claims }),
    whoever: (auth) => ({ subject: auth?.subject ?? null }),
    health: () => ({ status: 'ok' }),
    async ready() {
      await assertReady(auth, users);
      return { status: 'ready' };
    },
    jwks: () => auth.jwks(),
    async close() {
      stopPruning();
      await auth.close();
      await backends.close();
    },
  } satisfies Service);
}

/** Users whose logins count failures by address and user name, and whose changes of passwords count them by subject. */
async function limited(
  users: Users,
  rate: Rate | undefined,
  { loginLimiter }: Pick<Backends, 'loginLimiter'>,
): Promise<Users> {
  if (rate === undefined) return users;
  const limiter = await loginLimiter(rate);
  return {
    ...users,
    login: limitLogins(users.login, { pair: limiter }),
    changePassword: limitChanges(users.changePassword, limiter),
  };
}
