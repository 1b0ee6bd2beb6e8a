import { type Auth, AuthError, type AuthResponse } from '@tokenpair/core';
import { clientOf, errorAnswer } from '@tokenpair/core/http';
import { fromNodeRequest } from '@tokenpair/core/node';
import type { TokenStore } from '@tokenpair/core/store';
import { expressAuth } from '@tokenpair/express';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { isPlainHttp, type Settings } from '../settings.ts';
import { createBackChannelLogout } from './back-channel-logout.ts';
import type { PortalKeys } from './keys.ts';
import { makeAuths, type PortalAuths } from './make-auths.ts';
import { createOpenIdClient } from './openid-client.ts';
import { page, SCRIPT } from './page.ts';
import { cookieOf, forward, tokenOf } from './services.ts';
import { createSignIns, signInOf } from './sign-ins.ts';

export interface PortalParts {
  readonly settings: Settings;
  readonly store: TokenStore;
  readonly keys: PortalKeys;
  /** The portal's own, as a client of the provider. */
  readonly portalSecret: string;
  /** Of billing, as a client of the portal. */
  readonly billingSecret: string;
}

export interface Portal extends PortalAuths {
  readonly app: Express;
}

const POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/** The app that people sign in to. It issues the pairs, and all services take its access tokens. */
export function createPortal({ settings, store, keys, portalSecret, billingSecret }: PortalParts): Portal {
  const auths = makeAuths(settings, store, keys, billingSecret);
  const { browsers, programs } = auths;
  const { guard, routes, getAuth, getOptionalAuth } = expressAuth(browsers);
  const signIns = createSignIns(browsers, store);
  const openId = createOpenIdClient(settings, portalSecret, browsers);
  const endBackChannel = createBackChannelLogout(settings, store, signIns);
  const isSecure = !isPlainHttp(settings.portalUrl);
  // With its prefix no other host of the domain can set one, and so sign somebody in as another.
  const ticketName = isSecure ? '__Host-sign-in' : 'sign-in';
  const ticketCookie = { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure } as const;
  const app = express().disable('x-powered-by');

  app.get('/', guard({ optional: true, onInvalid: 'anonymous' }), (req, res) => {
    res.set('content-security-policy', POLICY).send(page(getOptionalAuth(req)?.subject));
  });
  app.get('/portal.js', (_req, res) => void res.type('js').send(SCRIPT));

  app.get('/sign-in', async (_req, res) => {
    const { location, ticket } = await openId.begin();
    res.cookie(ticketName, ticket, ticketCookie).set('cache-control', 'no-store').redirect(303, location);
  });
  // Below the path that the refresh cookie is sent to, as is the sign-out.
  app.get('/api/token/callback', async (req, res) => {
    const url = new URL(req.originalUrl, settings.portalUrl);
    const signIn = await openId.finish(url, cookieOf(req, ticketName) ?? '');
    const pair = await signIns.open(browsers, signIn, clientOf(toAuthRequest(req)));
    await endFormer(browsers, req);
    setCookies(res, await browsers.answerPair(pair));
    res.clearCookie(ticketName, ticketCookie).set('cache-control', 'no-store').redirect(303, '/');
  });

  // The provider tells the other sessions of the sign-in.
  app.post('/api/token/sign-out', async (req, res) => {
    const answer = await browsers.handle({ ...toAuthRequest(req), path: '/logout' });
    if (answer?.error !== undefined) throw answer.error;
    if (answer !== undefined) setCookies(res, answer);
    res.redirect(303, (await openId.endUrl()) ?? '/');
  });
  app.post('/backchannel-logout', async (req, res) => {
    res.set('cache-control', 'no-store');
    try {
      await endBackChannel(toAuthRequest(req));
      res.status(200).end();
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      // Whatever was wrong is 400 there (Back-Channel Logout 1.0 §2.8).
      res.status(400).json(error);
    }
  });
  app.use('/api/token', routes());

  // Only soon after the sign-in: a token that one of the services was handed is not to be made a pair of.
  app.post('/programs', guard({ freshWithin: '2m' }), async (req, res) => {
    const { claims, subject } = getAuth(req);
    const pair = await signIns.open(programs, signInOf(subject, claims), { label: 'a program' });
    write(await programs.answerPair(pair), res);
  });
  app.use('/api/programs/token', expressAuth(programs).routes());

  app.get('/me', guard(), (req, res) => {
    const { session, subject } = getAuth(req);
    res.json({ subject, session });
  });
  app.get('/reports', guard(), (req, res) => forward(`${settings.reportsUrl}/reports`, tokenOf(req), res));
  app.get('/billing', guard(), (req, res) => forward(`${settings.billingUrl}/invoices`, tokenOf(req), res));

  app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent) next(error);
    else if (error instanceof AuthError) write(errorAnswer(error), res);
    else res.status(500).end();
  });
  return { ...auths, app };
}

/**
 * Ends the session that a browser had before: its cookies are about to be replaced, and nobody could end it from there. As the portal's own page would:
 * core looks whether the cookies belong together, and those of which there are two are none. What is no good has no session to end.
 */
async function endFormer(browsers: Auth, { headers: { cookie = '' } }: Request): Promise<void> {
  const rawHeaders = ['cookie', cookie, 'sec-fetch-site', 'same-origin'];
  const answer = await browsers.handle({ method: 'POST', path: '/logout', rawHeaders, body: { parsed: {} } });
  if (answer?.error !== undefined && answer.error.status >= 500) throw answer.error;
}

function toAuthRequest(req: Request) {
  return fromNodeRequest(req, { path: req.path, ip: req.ip, parsed: undefined });
}

function setCookies(res: Response, { headers }: AuthResponse): void {
  for (const [name, value] of headers) if (name === 'set-cookie') res.append(name, value);
}

function write(answer: AuthResponse, res: Response): void {
  setCookies(res, answer);
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') res.set(name, value);
  res.status(answer.status).end(answer.body);
}
