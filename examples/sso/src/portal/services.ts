import type { Request, Response } from 'express';

const TIMEOUT_MS = 5_000;

/**
 * Hands a guarded request on to a service, with the access token that it came with: the browser holds it in a cookie that its scripts cannot
 * read and other origins never get.
 */
export async function forward(url: string, token: string, res: Response): Promise<void> {
  try {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = await answer.text();
    res.status(answer.status).type('json').send(body);
  } catch {
    res.status(503).json({ error: 'temporarily_unavailable', detail: 'The service does not answer.' });
  }
}

/** The access token of a request that has passed a guard: in its header, else in its cookie. */
export function tokenOf(req: Request): string {
  const header = /^bearer (\S+)$/i.exec(req.headers.authorization ?? '')?.[1];
  return header ?? cookieOf(req, '__Host-access') ?? cookieOf(req, 'access') ?? '';
}

/** A cookie's value, as it came; of two of one name nobody knows which is the browser's own, so that there is none. */
export function cookieOf({ headers }: Request, name: string): string | undefined {
  const cookies = (headers.cookie ?? '').split(';').map((each) => each.trim().split('='));
  const [found, ...others] = cookies.filter(([each]) => each === name);
  return others.length === 0 ? found?.[1] : undefined;
}
