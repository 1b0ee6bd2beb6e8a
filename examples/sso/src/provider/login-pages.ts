import type { RequestListener, ServerResponse } from 'node:http';
import { readFields, requireText } from '@tokenpair/core/http';
import { fromNodeRequest } from '@tokenpair/core/node';
import type { Provider } from 'oidc-provider';

/** Who there is. A provider that is no example has hashes of passwords, and a limit on guesses. */
const PASSWORDS: ReadonlyMap<string, string> = new Map([
  ['vitor', '123'],
  ['admin', 'admin'],
]);

const HEADERS = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };

/** The provider's own login: a form for the interaction that the browser's cookie names, and what comes back from it. */
export function createLoginPages(provider: Provider): RequestListener {
  return async (request, response) => {
    try {
      await provider.interactionDetails(request, response);
      if (request.method !== 'POST') return show(response, 200);
      const message = fromNodeRequest(request, { path: '/', ip: undefined, parsed: undefined });
      const { username, password } = requireText(await readFields(message), ['username', 'password']);
      if (PASSWORDS.get(username) !== password) return show(response, 401);
      await provider.interactionFinished(request, response, { login: { accountId: username } });
    } catch {
      response.writeHead(400, HEADERS).end('<p>This login has ended. Start again.</p>');
    }
  };
}

function show(response: ServerResponse, status: number): void {
  const refused = status === 401 ? '<p role="alert">Unknown name or wrong password.</p>' : '';
  response.writeHead(status, HEADERS).end(`<!doctype html><html lang="en"><meta charset="utf-8">
<title>Sign in</title><h1>Sign in</h1>${refused}
<form method="post">
  <label>Name <input name="username" autocomplete="username" required></label>
  <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
  <button>Sign in</button>
</form></html>`);
}
