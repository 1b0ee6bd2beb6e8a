/**
 * What a browser does on the way through a sign-in: keeps cookies by host and path, follows redirects, submits forms.
 *
 * @module
 */
interface Cookie {
  readonly value: string;
  readonly path: string;
}

export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export interface Browser {
  open(url: string): Promise<Page>;
  /** Submits fields to a URL, as a form of the page at `from` does. */
  submit(url: string, fields?: Readonly<Record<string, string>>, from?: string): Promise<Page>;
  /** The cookie of that name that a URL would be sent. */
  cookie(url: string, name: string): string | undefined;
  /** Lets a cookie go, as when its time is over. */
  forget(url: string, name: string): void;
}

const MAX_REDIRECTS = 20;

export function createBrowser(): Browser {
  const jar = new Map<string, Map<string, Cookie>>();

  function cookiesFor({ host, pathname }: URL): readonly (readonly [string, string])[] {
    const all = [...(jar.get(host) ?? [])];
    return all
      .filter(([, { path }]) => pathname === path || pathname.startsWith(path.replace(/\/?$/, '/')))
      .map(([name, { value }]) => [name, value]);
  }

  function keep({ host, pathname }: URL, headers: Headers): void {
    const kept = jar.get(host) ?? new Map<string, Cookie>();
    jar.set(host, kept);
    for (const line of headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const path = /; *path=([^;]*)/i.exec(line)?.[1] ?? pathname;
      const isOver = /; *max-age=0/i.test(line) || /; *expires=thu, 01 jan 1970/i.test(line);
      if (isOver) kept.delete(name);
      else kept.set(name, { value, path });
    }
  }

  async function send(target: string, init: RequestInit, redirects = 0): Promise<Page> {
    if (redirects > MAX_REDIRECTS) throw new Error(`too many redirects, the last to ${target}`);
    const url = new URL(target);
    const cookie = cookiesFor(url)
      .map((pair) => pair.join('='))
      .join('; ');
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...(init.headers as Record<string, string>), cookie },
    });
    keep(url, response.headers);
    const text = await response.text();
    const next = response.headers.get('location');
    if (response.status >= 300 && next !== null)
      return send(new URL(next, url).href, { headers: { 'sec-fetch-site': 'cross-site' } }, redirects + 1);
    return { url, status: response.status, text, headers: response.headers };
  }

  return {
    open: (url) => send(url, { headers: { 'sec-fetch-site': 'none' } }),
    submit(url, fields = {}, from = url) {
      const isOwn = new URL(from).origin === new URL(url).origin;
      return send(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'sec-fetch-site': isOwn ? 'same-origin' : 'cross-site',
          origin: new URL(from).origin,
        },
        body: new URLSearchParams(fields).toString(),
      });
    },
    forget: (url, name) => void jar.get(new URL(url).host)?.delete(name),
    cookie: (url, name) => cookiesFor(new URL(url)).find(([each]) => each === name)?.[1],
  };
}
