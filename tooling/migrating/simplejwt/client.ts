export interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

export interface Client {
  get(path: string): Promise<Response>;
}

/** A client of Django, of a mixed fleet, and of Tokenpair's own tokens: it need not know which. */
export function createClient(base: string, tokens: Tokens): Client {
  let current = tokens;
  let refreshing: Promise<void> | undefined;

  const call = (path: string): Promise<Response> =>
    fetch(base + path, { headers: { Authorization: `Bearer ${current.access}` } });

  async function refresh(): Promise<void> {
    const response = await fetch(`${base}/api/token/refresh/`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ refresh: current.refresh }),
    });
    if (response.status === 401) throw new Error('log in again');
    if (!response.ok) throw new Error('try again later, with the same token');
    current = { ...current, ...((await response.json()) as Partial<Tokens>) }; // with rotation the refresh token, too
  }

  return {
    async get(path) {
      const response = await call(path);
      if (response.status !== 401) return response;
      refreshing ??= refresh().finally(() => {
        refreshing = undefined;
      });
      await refreshing; // one for all requests that wait
      return call(path);
    },
  };
}
