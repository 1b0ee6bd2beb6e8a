import { leaves } from './http-contract-after.ts';
import { type ExpectedAnswer, exactly, good, partOf } from './http-contract-answers.ts';
import { type HttpCase, type HttpSection, MINUTE } from './http-contract-case.ts';
import { askFor, askInJson, CLIENT_OPTIONS, clientRows } from './http-contract-clients.ts';
import type { World } from './http-contract-world.ts';

const PATH = '/introspect';
const rotate = ({ auth, pair }: World) => auth.refresh(pair.refresh);

/** Everything that a token says, and that it is good. */
function active(kind: 'access' | 'refresh'): ExpectedAnswer {
  const token_type = kind === 'access' ? 'Bearer' : 'refresh_token';
  return good(exactly(({ pair }) => ({ ...partOf(pair[kind], 1), active: true, token_type })));
}

/** A row of a token that is refused elsewhere: of such a one nothing is told. */
function inactive(
  name: string,
  token: (pair: World['pair']) => string,
  given?: (world: World) => unknown,
): HttpCase {
  return {
    name: `says nothing of ${name} but that it is not active`,
    ...(given && { given }),
    request: ({ pair }) => askFor(PATH, token(pair)),
    ...good({ active: false }),
  };
}

export const introspect: HttpSection = {
  name: 'POST /api/token/introspect',
  options: CLIENT_OPTIONS,
  cases: [
    {
      name: 'says what a good access token says',
      request: ({ pair }) => askFor(PATH, pair.access),
      ...active('access'),
    },
    {
      name: 'says what a good refresh token says',
      request: ({ pair }) => askFor(PATH, pair.refresh),
      ...active('refresh'),
    },
    {
      name: 'takes JSON',
      request: ({ pair }) => askInJson(PATH, { token: pair.access }),
      ...active('access'),
    },
    {
      name: 'takes a slash at its end',
      request: ({ pair }) => askFor(`${PATH}/`, pair.access),
      ...active('access'),
    },
    {
      name: 'does not go by a hint',
      request: ({ pair }) => askInJson(PATH, { token: pair.access, token_type_hint: 'refresh_token' }),
      ...active('access'),
    },
    {
      name: 'says what a predecessor within grace says',
      given: rotate,
      request: ({ pair }) => askFor(PATH, pair.refresh),
      ...active('refresh'),
    },
    inactive('garbage', () => 'x'),
    inactive('a forgery', ({ access }) => `${access.slice(0, -4)}AAAA`),
    inactive(
      'an expired access token',
      ({ access }) => access,
      (world) => world.advance(305_000),
    ),
    inactive(
      'an access token after a logout',
      ({ access }) => access,
      ({ auth, pair }) => auth.logout(pair.refresh),
    ),
    inactive(
      'a refresh token after a logout',
      ({ refresh }) => refresh,
      ({ auth, pair }) => auth.logout(pair.refresh),
    ),
    inactive(
      'a refresh token of a disabled user',
      ({ refresh }) => refresh,
      ({ users }) => users.delete('ada'),
    ),
    {
      name: 'ends nothing by a superseded refresh token',
      given: async (world) => {
        const { refresh } = await rotate(world);
        world.kept.set('successor', String(refresh));
        world.advance(MINUTE);
      },
      request: ({ pair }) => askFor(PATH, pair.refresh),
      ...good({ active: false }),
      after: ({ auth, kept }) => auth.refresh(String(kept.get('successor'))),
    },
    {
      name: 'changes nothing by a good refresh token',
      request: ({ pair }) => askFor(PATH, pair.refresh),
      ...active('refresh'),
      after: leaves('good'),
    },
    {
      name: 'asks the store although guards do not',
      options: { revocation: 'none' },
      given: ({ auth, pair }) => auth.logout(pair.refresh),
      request: ({ pair }) => askFor(PATH, pair.access),
      ...good({ active: false }),
    },
    ...clientRows(PATH),
  ],
};
