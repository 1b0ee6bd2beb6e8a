import { type ExpectedAnswer, exactly, good, notFound, refusedCaller } from './http-contract-answers.ts';
import { type HttpCase, type HttpSection, withLines } from './http-contract-case.ts';
import type { WireRequest } from './http-contract-client.ts';
import type { World } from './http-contract-world.ts';

type Code = Parameters<typeof refusedCaller>[0];

/** A row of the table of headers: the `Authorization` lines made of a pair, and what is said of them. */
interface HeaderRow {
  readonly name: string;
  readonly lines: (pair: World['pair']) => readonly string[];
  readonly code?: Code;
  readonly given?: (world: World) => unknown;
}

const HEADER_ROWS: readonly HeaderRow[] = [
  { name: 'takes the scheme in lower case', lines: ({ access }) => [`bearer ${access}`] },
  { name: 'takes the scheme in upper case', lines: ({ access }) => [`BEARER ${access}`] },
  { name: 'refuses without a header', lines: () => [], code: 'token_missing' },
  { name: 'refuses an empty header', lines: () => [''], code: 'token_missing' },
  { name: 'refuses a token without a scheme', lines: ({ access }) => [access], code: 'token_missing' },
  {
    name: 'takes Basic with a token for no credential',
    lines: ({ access }) => [`Basic ${access}`],
    code: 'token_missing',
  },
  { name: 'refuses the scheme alone', lines: () => ['Bearer'], code: 'bad_authorization_header' },
  {
    name: 'refuses two spaces',
    lines: ({ access }) => [`Bearer  ${access}`],
    code: 'bad_authorization_header',
  },
  { name: 'refuses a tab', lines: ({ access }) => [`Bearer\t${access}`], code: 'bad_authorization_header' },
  {
    name: 'refuses two credentials in one line',
    lines: ({ access }) => [`Bearer ${access}, Bearer ${access}`],
    code: 'bad_authorization_header',
  },
  {
    name: 'refuses two headers, the good one first',
    lines: ({ access }) => [`Bearer ${access}`, 'Bearer x'],
    code: 'bad_authorization_header',
  },
  {
    name: 'refuses two headers, the good one last',
    lines: ({ access }) => ['Basic YTpi', `Bearer ${access}`],
    code: 'bad_authorization_header',
  },
  {
    name: 'refuses a comma and more',
    lines: ({ access }) => [`Bearer ${access},${access}`],
    code: 'token_not_valid',
  },
  { name: 'refuses garbage', lines: () => ['Bearer x'], code: 'token_not_valid' },
  {
    name: 'refuses a refresh token',
    lines: ({ refresh }) => [`Bearer ${refresh}`],
    code: 'token_wrong_type',
  },
  {
    name: 'refuses an expired token',
    given: (world) => world.advance(305_000),
    lines: ({ access }) => [`Bearer ${access}`],
    code: 'token_expired',
  },
  {
    name: 'refuses after a logout',
    given: ({ auth, pair }) => auth.logout(pair.refresh),
    lines: ({ access }) => [`Bearer ${access}`],
    code: 'token_revoked',
  },
];

/** The rows of an endpoint that needs to know who asks; `answer` is what it says to who is let through. */
function bearerRows(request: WireRequest, answer: ExpectedAnswer): readonly HttpCase[] {
  return HEADER_ROWS.map(({ lines, code, ...row }) => ({
    ...row,
    request: ({ pair }) =>
      withLines(request, ...lines(pair).map((value) => ['Authorization', value] as const)),
    ...(code === undefined ? answer : refusedCaller(code)),
  }));
}

/** The same table of headers at every token endpoint that takes an access token. */
export const bearerSections: readonly HttpSection[] = [
  {
    name: 'GET /api/token/sessions by header',
    cases: bearerRows(
      { path: '/api/token/sessions' },
      good(
        exactly(({ pair }) => ({
          sessions: [
            {
              id: pair.session.id,
              created_at: '2027-01-15T08:00:00.000Z',
              last_used_at: '2027-01-15T08:00:00.000Z',
              expires_at: '2027-01-16T08:00:00.000Z',
              current: true,
              label: null,
              user_agent: null,
              ip: null,
            },
          ],
        })),
      ),
    ),
  },
  {
    name: 'DELETE /api/token/sessions/:id by header',
    cases: bearerRows({ method: 'DELETE', path: '/api/token/sessions/none' }, notFound),
  },
  {
    name: 'POST /api/token/logout-all by header',
    cases: bearerRows({ method: 'POST', path: '/api/token/logout-all' }, good({ revoked: 1 })),
  },
];
