/** A client of the app with one pair of tokens. */
export interface Client {
  login(username: string, password: string): Promise<Response>;
  hello(): Promise<Response>;
  refresh(): Promise<Response>;
  logout(): Promise<Response>;
}

export function createClient(url: string): Client {
  let pair = { access: '', refresh: '' };

  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${url}/api/token${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  async function keepPair(response: Response): Promise<Response> {
    if (response.ok) pair = (await response.clone().json()) as typeof pair;
    return response;
  }

  return {
    login: async (username, password) => keepPair(await post('/', { username, password })),
    hello: () => fetch(`${url}/hello`, { headers: { authorization: `Bearer ${pair.access}` } }),
    refresh: async () => keepPair(await post('/refresh', { refresh: pair.refresh })),
    logout: () => post('/logout', { refresh: pair.refresh }),
  };
}
