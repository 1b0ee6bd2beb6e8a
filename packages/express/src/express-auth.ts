import {
  type Auth,
  type AuthAnswer,
  type Authentication,
  GUARDED_HEADERS,
  type GuardOptions,
  type GuardOutcome,
  type HeaderLine,
} from '@tokenpair/core';
import { fromNodeRequest } from '@tokenpair/core/node';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

export interface ExpressAuthOptions {
  /**
   * Who writes a refusal: `'answer'`, this package, as the wire contract has it; `'forward'`, the app's own error handler,
   * which gets an `AuthError` with `status`, `headers` and `toJSON()`.
   *
   * @default 'answer'
   */
  readonly errors?: 'answer' | 'forward';
}

export interface ExpressAuth {
  /** Middleware for a route: who passes is in `req.auth`. @throws TypeError for wrong options */
  guard(options?: GuardOptions): RequestHandler;
  /** Middleware with the token endpoints, to be mounted under a prefix; works with and without a body parser before it. */
  routes(): RequestHandler;
}

/**
 * Puts an auth into an Express app, 4.18 or later and 5.
 *
 * @example
 * ```ts
 * import { createAuth } from '@tokenpair/core';
 * import { memoryStore } from '@tokenpair/core/memory';
 * import { expressAuth, getAuth } from '@tokenpair/express';
 * import express from 'express';
 *
 * const auth = createAuth({
 *   issuer: 'https://api.example.com',
 *   audience: 'https://api.example.com',
 *   keys: { alg: 'HS256', secret: crypto.getRandomValues(new Uint8Array(32)) },
 *   store: memoryStore(),
 * });
 * const { guard, routes } = expressAuth(auth);
 * const app = express();
 * app.use('/api/token', routes());
 * app.get('/hello', guard(), (req, res) => void res.json({ subject: getAuth(req).subject }));
 * ```
 */
export function expressAuth(auth: Auth, { errors = 'answer' }: ExpressAuthOptions = {}): ExpressAuth {
  if (errors !== 'answer' && errors !== 'forward')
    throw new TypeError("errors must be 'answer' or 'forward'");

  function refuse(answer: AuthAnswer, res: Response, next: NextFunction): void {
    if (errors === 'forward' && answer.error !== undefined) next(answer.error);
    else write(answer, res);
  }

  return Object.freeze({
    guard(options?: GuardOptions) {
      const check = auth.guard(options);
      return function tokenpairGuard(req: Request, res: Response, next: NextFunction): void {
        const settle = (outcome: GuardOutcome): void => {
          if (outcome.passed) {
            setHeaders(res, GUARDED_HEADERS);
            (req as AuthenticatedRequest).auth = outcome.auth;
            next();
          } else refuse(outcome.answer, res, next);
        };
        const outcome = check(req);
        if (outcome instanceof Promise) outcome.then(settle).catch(next);
        else settle(outcome);
      };
    },
    routes() {
      return function tokenpairRoutes(req: Request, res: Response, next: NextFunction): void {
        const request = fromNodeRequest(req, { path: req.path, ip: req.ip, parsed: req.body });
        auth
          .handle(request)
          .then((answer) => (answer === undefined ? next() : refuse(answer, res, next)), next);
      };
    },
  });
}

interface AuthenticatedRequest extends Request {
  auth?: Authentication | undefined;
}

/**
 * Who a guarded request comes from.
 *
 * @throws TypeError when no guard ran before, or an optional one let the request pass as anonymous
 */
export function getAuth(req: Request): Authentication {
  const { auth } = req as AuthenticatedRequest;
  if (auth === undefined) throw new TypeError('no guard has authenticated this request');
  return auth;
}

/** Who a request comes from behind an optional guard; `undefined` when anonymous. */
export function getOptionalAuth(req: Request): Authentication | undefined {
  return (req as AuthenticatedRequest).auth;
}

function setHeaders(res: Response, headers: readonly HeaderLine[]): void {
  for (const [name, value] of headers) {
    if (name === 'vary') res.vary(value);
    else if (name === 'set-cookie') res.append(name, value);
    else res.setHeader(name, value);
  }
}

function write({ status, headers, body }: AuthAnswer, res: Response): void {
  res.statusCode = status;
  setHeaders(res, headers);
  res.end(body);
}
