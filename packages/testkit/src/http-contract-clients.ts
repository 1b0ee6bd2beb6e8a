import { basicClients } from '@tokenpair/core/http';
import { badRequest, good, refusedClient, unavailable, wrongMethod } from './http-contract-answers.ts';
import { FORM_LINE, type HttpCase, JSON_LINE } from './http-contract-case.ts';
import type { WireRequest } from './http-contract-client.ts';
import type { World } from './http-contract-world.ts';

/** What the endpoints for clients are there for. */
export const CLIENT_OPTIONS: {
  readonly authenticateClient: ReturnType<typeof basicClients>;
} = { authenticateClient: basicClients({ gateway: 's3cret+/%', 'other client': 'x' }) };

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

const GATEWAY = basic('gateway', 's3cret+/%');

/** A form with a token, by a known client; or with an `Authorization` line for each value given. */
export function askFor(path: string, token: string, ...authorization: readonly string[]): WireRequest {
  const values = authorization.length === 0 ? [GATEWAY] : authorization;
  return {
    method: 'POST',
    path: `/api/token${path}`,
    headers: [FORM_LINE, ...values.map((value) => ['Authorization', value] as const)],
    body: new URLSearchParams({ token }).toString(),
  };
}

/** The same in JSON, whatever the body. */
export function askInJson(path: string, body: unknown): WireRequest {
  return {
    ...askFor(path, ''),
    headers: [JSON_LINE, ['Authorization', GATEWAY]],
    body: JSON.stringify(body),
  };
}

/** The rows that both endpoints for clients have alike: who is a client, and what a body must hold. */
export function clientRows(path: string): readonly HttpCase[] {
  const stranger = (name: string, values: (world: World) => readonly string[]): HttpCase => ({
    name: `takes ${name} for a stranger`,
    request: (world) => askFor(path, world.pair.access, ...values(world)),
    ...refusedClient,
  });
  const known = (name: string, value: string): HttpCase => ({
    name,
    request: () => askFor(path, 'x', value),
    ...good(path === '/revoke' ? {} : { active: false }),
  });
  return [
    {
      name: 'takes a caller without credential for a stranger',
      request: ({ pair }) => ({ ...askFor(path, pair.access), headers: [FORM_LINE] }),
      ...refusedClient,
    },
    stranger('an empty header', () => ['']),
    stranger('an unknown id', () => [basic('nobody', 's3cret+/%')]),
    stranger('a wrong secret', () => [basic('gateway', 'wrong')]),
    stranger('a secret of the right start', () => [basic('gateway', 's3cret+/')]),
    stranger('an empty secret', () => [basic('gateway', '')]),
    stranger("another client's secret", () => [basic('gateway', 'x')]),
    stranger('a good access token', ({ pair }) => [`Bearer ${pair.access}`]),
    stranger('Basic with a token', ({ pair }) => [`Basic ${pair.access}`]),
    stranger('text without colon', () => [`Basic ${Buffer.from('gateway').toString('base64')}`]),
    stranger('text that is no base64', () => ['Basic !!!']),
    stranger('two headers, the good one first,', () => [GATEWAY, basic('nobody', 'x')]),
    stranger('two headers, the good one last,', () => [basic('nobody', 'x'), GATEWAY]),
    known('takes the scheme in lower case', GATEWAY.replace('Basic', 'basic')),
    known('takes form-encoded credentials', basic('other+client', 'x')),
    known('takes a form-encoded secret', basic('gateway', encodeURIComponent('s3cret+/%'))),
    {
      name: 'does not take client credentials from the body',
      request: () => ({
        ...askFor(path, 'x'),
        headers: [FORM_LINE],
        body: 'token=x&client_id=gateway&client_secret=s3cret%2B%2F%25',
      }),
      ...refusedClient,
    },
    {
      name: 'asks who it is before it reads the body',
      request: () => ({ ...askFor(path, ''), headers: [JSON_LINE], body: '{}' }),
      ...refusedClient,
    },
    {
      name: 'needs a token',
      request: () => askInJson(path, {}),
      ...badRequest({ token: 'This field is required.' }),
    },
    {
      name: 'refuses an empty token',
      request: () => askFor(path, ''),
      ...badRequest({ token: 'This field must be a non-empty string.' }),
    },
    {
      name: 'refuses a token that is no text',
      request: () => askInJson(path, { token: 1 }),
      ...badRequest({ token: 'This field must be a non-empty string.' }),
    },
    {
      name: 'refuses a token given twice',
      request: () => ({ ...askFor(path, 'x'), body: 'token=x&token=y' }),
      ...badRequest(),
    },
    {
      name: 'does not take a token from the query',
      request: ({ pair }) => ({ ...askFor(`${path}?token=${pair.access}`, ''), body: '' }),
      ...badRequest({ token: 'This field is required.' }),
    },
    {
      name: 'is 503 when the hook throws',
      options: {
        authenticateClient: () => {
          throw new Error('the clients are away');
        },
      },
      request: () => askFor(path, 'x'),
      ...unavailable('backend_unavailable'),
    },
    {
      name: 'knows a stranger when the store is away',
      given: (world) => world.loseStore(),
      request: ({ pair }) => askFor(path, pair.access, basic('nobody', 'x')),
      ...refusedClient,
    },
    {
      name: 'is 503 for an access token when the store is away',
      given: (world) => world.loseStore(),
      request: ({ pair }) => askFor(path, pair.access),
      ...unavailable('store_unavailable'),
    },
    {
      name: 'is 503 for a refresh token when the store is away',
      given: (world) => world.loseStore(),
      request: ({ pair }) => askFor(path, pair.refresh),
      ...unavailable('store_unavailable'),
    },
    {
      name: 'needs no store for garbage',
      given: (world) => world.loseStore(),
      request: () => askFor(path, 'x'),
      ...good(path === '/revoke' ? {} : { active: false }),
    },
    {
      name: 'is 405 for GET before it asks who it is',
      request: () => ({ path: `/api/token${path}` }),
      ...wrongMethod('POST'),
    },
  ];
}
