import {
  type AdapterOptions,
  type AuthAnswer,
  type AuthSeam,
  type GuardOptions,
  type GuardOutcome,
  resolveAdapterOptions,
} from '@tokenpair/core';
import { fromNodeRequest, setNodeHeaders } from '@tokenpair/core/node';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

/** An auth or a verifier in an Express app. `Who` is what its guards find. */
export interface ExpressAuth<Who> {
  /** Middleware for a route: who passes is in `req.auth`. @throws TypeError for wrong options */
  guard(options?: GuardOptions<Who>): RequestHandler;
  /**
   * Middleware with the token endpoints, to be mounted under a prefix; works with and without a body parser before it.
   *
   * @throws TypeError for a verifier, which issues nothing
   */
  routes(): RequestHandler;
  /** Who a guarded request comes from: `req.auth`, typed. @throws TypeError when no guard has let somebody pass */
  getAuth(req: Request): Who;
  /** Who a request comes from behind an optional guard; `undefined` when anonymous. */
  getOptionalAuth(req: Request): Who | undefined;
}

/**
 * Puts an auth or a verifier into an Express app, 4.18 or later and 5.
 *
 * @throws TypeError for options that are wrong
 *
 * @example
 * ```ts
 * import { createAuth } from '@tokenpair/core';
 * import { memoryStore } from '@tokenpair/core/memory';
 * import { expressAuth } from '@tokenpair/express';
 * import express from 'express';
 *
 * const auth = createAuth({
 *   issuer: 'https://api.example.com',
 *   audience: 'https://api.example.com',
 *   keys: { alg: 'HS256', secret: crypto.getRandomValues(new Uint8Array(32)) },
 *   store: memoryStore(),
 * });
 * const { guard, routes, getAuth } = expressAuth(auth);
 * const app = express();
 * app.use('/api/token', routes());
 * app.get('/hello', guard(), (req, res) => void res.json({ subject: getAuth(req).subject }));
 * ```
 */
export function expressAuth<Who>(auth: AuthSeam<Who>, options: AdapterOptions = {}): ExpressAuth<Who> {
  const { errors } = resolveAdapterOptions(options);
  // A name of this adapter's own beside `auth`, which guards of several auths share.
  const own = Symbol('tokenpair');

  function refuse(answer: AuthAnswer, res: Response, next: NextFunction): void {
    if (errors === 'forward' && answer.error !== undefined) next(answer.error);
    else write(answer, res);
  }

  function setAuth(req: { auth?: unknown; [own]?: Who | undefined }, who: Who | undefined): void {
    req.auth = who;
    req[own] = who;
  }

  const getOptionalAuth = (req: Request): Who | undefined =>
    (req as unknown as { readonly [own]?: Who })[own];

  return Object.freeze({
    guard(options?: GuardOptions<Who>) {
      const check = auth.guard(options);
      return function tokenpairGuard(req: Request, res: Response, next: NextFunction): void {
        const settle = (outcome: GuardOutcome<Who>): void => {
          if (!outcome.passed) {
            refuse(outcome.answer, res, next);
            return;
          }
          setNodeHeaders(res, check.headers);
          setAuth(req, outcome.auth);
          next();
        };
        const outcome = check(req);
        if (outcome instanceof Promise) outcome.then(settle).catch(next);
        else settle(outcome);
      };
    },
    routes() {
      const { handle } = auth;
      if (handle === undefined) throw new TypeError('a verifier issues nothing and has no token endpoints');
      return function tokenpairRoutes(req: Request, res: Response, next: NextFunction): void {
        const request = fromNodeRequest(req, { path: pathOf(req), ip: req.ip, parsed: req.body });
        handle(request)
          .then((answer) => (answer === undefined ? next() : refuse(answer, res, next)))
          .catch(next);
      };
    },
    getAuth(req: Request) {
      const who = getOptionalAuth(req);
      if (who === undefined) throw new TypeError('no guard has let anybody pass on this request');
      return who;
    },
    getOptionalAuth,
  } satisfies ExpressAuth<Who>);
}

/** Express counts one slash behind the mount point to that, so that of two the second would pass for the first. */
function pathOf({ originalUrl, path, url }: Request): string {
  return originalUrl.endsWith(`/${url}`) ? `/${path}` : path;
}

function write({ status, headers, body }: AuthAnswer, res: Response): void {
  res.statusCode = status;
  setNodeHeaders(res, headers);
  if (body !== undefined) res.setHeader('content-length', Buffer.byteLength(body)); // on HEAD too
  res.end(body);
}
