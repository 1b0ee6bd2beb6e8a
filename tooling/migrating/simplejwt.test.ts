/** What the page says of SimpleJWT's settings, endpoints, token classes and errors. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { inWords } from './support/http.ts';
import { isBesideDjango, isOurs } from './support/names.ts';
import { codesIn, plain, readPage, tableBelow } from './support/page.ts';
import { SITUATIONS } from './support/situations.ts';
import { ownWorld, simpleJwtWorld } from './support/worlds.ts';

/** `DEFAULTS` of rest_framework_simplejwt/settings.py, 32 commits after 5.5.1, in its order of subjects. */
const SETTINGS = [
  'ACCESS_TOKEN_LIFETIME',
  'REFRESH_TOKEN_LIFETIME',
  'ROTATE_REFRESH_TOKENS',
  'BLACKLIST_AFTER_ROTATION',
  'UPDATE_LAST_LOGIN',
  'ALGORITHM',
  'SIGNING_KEY',
  'VERIFYING_KEY',
  'AUDIENCE',
  'ISSUER',
  'JSON_ENCODER',
  'JWK_URL',
  'LEEWAY',
  'AUTH_HEADER_TYPES',
  'AUTH_HEADER_NAME',
  'USER_ID_FIELD',
  'USER_ID_CLAIM',
  'USER_AUTHENTICATION_RULE',
  'ON_LOGIN_SUCCESS',
  'ON_LOGIN_FAILED',
  'AUTH_TOKEN_CLASSES',
  'TOKEN_TYPE_CLAIM',
  'JTI_CLAIM',
  'TOKEN_USER_CLASS',
  'SLIDING_TOKEN_REFRESH_EXP_CLAIM',
  'SLIDING_TOKEN_LIFETIME',
  'SLIDING_TOKEN_REFRESH_LIFETIME',
  'TOKEN_OBTAIN_SERIALIZER',
  'TOKEN_REFRESH_SERIALIZER',
  'TOKEN_VERIFY_SERIALIZER',
  'TOKEN_BLACKLIST_SERIALIZER',
  'SLIDING_TOKEN_OBTAIN_SERIALIZER',
  'SLIDING_TOKEN_REFRESH_SERIALIZER',
  'CHECK_REVOKE_TOKEN',
  'REVOKE_TOKEN_CLAIM',
  'CHECK_USER_IS_ACTIVE',
];

const VIEWS = [
  'TokenObtainPairView',
  'TokenRefreshView',
  'TokenObtainSlidingView',
  'TokenRefreshSlidingView',
  'TokenVerifyView',
  'TokenBlacklistView',
];

const CLASSES = [
  'Token',
  'AccessToken',
  'RefreshToken',
  'SlidingToken',
  'UntypedToken',
  'BlacklistMixin',
  'TokenUser',
];

const page = readPage('from-simplejwt');

describe('the settings', () => {
  const rows = tableBelow(page, 'The 36 settings');

  it('are all there, 36 of them, in their order', () => {
    expect(rows.map(([number]) => Number(number))).toEqual(SETTINGS.map((_name, index) => index + 1));
    expect(rows.map(([, name = '']) => plain(name))).toEqual(SETTINGS);
    expect(SETTINGS).toHaveLength(36);
  });

  it.each(rows)('%s %s: %s beside Django', (_number, _name, cell, _own, why) => {
    assertCell(cell, why, isBesideDjango);
  });

  it.each(rows)('%s %s: %s, %s in Tokenpair’s own tokens', (_number, _name, _beside, cell, why) => {
    assertCell(cell, why, isOurs);
  });
});

it('the endpoints are six, and each has one here', () => {
  const rows = tableBelow(page, 'The six endpoints');
  expect(rows.map(([view = '']) => plain(view))).toEqual(VIEWS);
  for (const [, , cell = ''] of rows) {
    const [name = ''] = codesIn(cell);
    expect([name, isOurs(name)]).toEqual([name, true]);
  }
});

it('what an endpoint gives has the members that SimpleJWT’s has', async () => {
  for (const make of [simpleJwtWorld, ownWorld]) {
    const world = await make();
    onTestFinished(world.close);
    const pair = await world.logIn();
    expect(pair).toMatchObject({ access: expect.any(String), refresh: expect.any(String) });
    const { body } = await world.post('refresh/', { refresh: pair.refresh });
    expect(body).toMatchObject({ access: expect.any(String), refresh: expect.any(String) });
    expect((await world.post('verify/', { token: pair.access })).body).toEqual({});
    expect((await world.post('blacklist/', { refresh: (body as typeof pair).refresh })).body).toEqual({});
  }
});

it('the token classes are all there, and what stands against them exists', () => {
  const rows = tableBelow(page, 'Token classes');
  expect(rows.map(([name = '']) => plain(name))).toEqual(CLASSES);
  for (const [, cell, why] of rows) assertCell(cell, why, isOurs);
});

describe('errors', () => {
  const rows = tableBelow(page, 'Errors');

  it('are all there, once', () => {
    expect(rows.map(([name]) => name).toSorted()).toEqual(Object.keys(SITUATIONS).toSorted());
  });

  it.each(rows)(
    '%s: %s at Django, %s beside it, %s in Tokenpair’s own tokens',
    async (name, _django, beside, own) => {
      const happen = SITUATIONS[String(name)];
      if (happen === undefined) throw new Error(`no situation "${name}"`);
      const worlds = await Promise.all([simpleJwtWorld(), ownWorld()]);
      for (const world of worlds) onTestFinished(world.close);
      const answers = await Promise.all(worlds.map(happen));
      expect(answers.map(inWords)).toEqual([beside, own].map((cell) => plain(String(cell))));
    },
  );
});

/** Every name exists; and where there is none, the last column says why. */
function assertCell(cell = '', why = '', exists: (name: string) => boolean): void {
  const names = codesIn(cell);
  if (names.length === 0) expect([cell, why.length > 40]).toEqual(['–', true]);
  for (const name of names) expect([name, exists(name)]).toEqual([name, true]);
}
