/** A browser's page with its cookies, which it keeps after a logout: what was ended must not work for whoever has a copy. */
export interface Client {
  login(username: string, password: string): Promise<Response>;
  hello(): Promise<Response>;
  refresh(): Promise<Response>;
  logout(): Promise<Response>;
}

export function createClient(url: string): Client {
  let cookie = '';

  const post = (path: string, body?: object): Promise<Response> =>
    fetch(`${url}/api/token${path}`, {
      method: 'POST',
      headers: {
        cookie,
        'sec-fetch-site': 'same-origin',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  function keepCookies(response: Response): Response {
    const lines = response.headers.getSetCookie().map((line) => line.split(';')[0]);
    if (response.ok) cookie = lines.join('; ');
    return response;
  }

  return {
    login: async (username, password) => keepCookies(await post('/', { username, password })),
    hello: () => fetch(`${url}/hello`, { headers: { cookie } }),
    refresh: async () => keepCookies(await post('/refresh')),
    logout: () => post('/logout'),
  };
}
