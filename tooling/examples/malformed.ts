/**
 * Sends malformed requests to an example service: none may be accepted or answered with 5xx, no token may come into the log, and
 * the service has to answer as before at the end.
 *
 * @module
 */

import type { Env, Framework } from '../../examples/shared/test/support/example-process.ts';
import { seeded } from '../../packages/core/test/support/random.ts';
import type { GoodPair } from './malformed/made.ts';
import { type MalformedRequest, makeRequest, TRANSPORT_OF, type Transport } from './malformed/requests.ts';
import { faultOf, finalAnswer, type Outcome, outcomeOf, showsToken } from './malformed/verdict.ts';
import { exchange } from './raw-exchange.ts';
import { type Kept, keptFrom, row, toBytes } from './request-row.ts';
import { type RunningExample, startExample } from './running-example.ts';

export interface MalformedOptions {
  readonly framework: Framework;
  readonly seed: number;
  /** How many requests the service itself has to answer; what Node refuses is counted apart. */
  readonly size: number;
  /** For tests of this program itself. */
  readonly start?: (framework: Framework, env: Env) => Promise<RunningExample>;
}

export interface MalformedResult {
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** By request, for those that the service answered. */
  readonly statuses: ReadonlyMap<number, number>;
  readonly failures: readonly string[];
}

/** Access tokens outlive the run. */
const ENV: Env = { STORE_URL: 'memory:', ACCESS_TTL: '1d', CLIENTS: 'gateway:s3cret' };
const OWN_PAGE = 'Sec-Fetch-Site: same-origin';
const AT_ONCE = 16;
/** For requests whose rest a server may wait for. */
const UNFINISHED_MS = 300;
const ANSWER_MS = 20_000;
const MOST_FAILURES = 100;
const MOST_SENT = 5;

export async function runMalformed({
  framework,
  seed,
  size,
  start = startExample,
}: MalformedOptions): Promise<MalformedResult> {
  const services = await startBoth((env) => start(framework, env));
  try {
    const pairs = { header: await logIn(services.header), cookie: await logIn(services.cookie) };
    const requests = makeRequests(seed, pairs);
    const sent = await sendAll(requests, size, (transport) => services[transport].port);
    const after = await Promise.all([
      checkAfter('header', services.header, pairs.header),
      checkAfter('cookie', services.cookie, pairs.cookie),
    ]);
    return { ...sent, failures: [...sent.failures, ...after.flat()] };
  } finally {
    await Promise.all([services.header.stop(), services.cookie.stop()]);
  }
}

async function startBoth(
  start: (env: Env) => Promise<RunningExample>,
): Promise<Readonly<Record<Transport, RunningExample>>> {
  const header = await start(ENV);
  try {
    return { header, cookie: await start({ ...ENV, TRANSPORT: 'cookie' }) };
  } catch (error) {
    await header.stop();
    throw error;
  }
}

/** Without end, and the same for the same seed, but for the letters of the tokens in them. */
function* makeRequests(
  seed: number,
  pairs: Readonly<Record<Transport, GoodPair>>,
): Generator<readonly [index: number, request: MalformedRequest], never> {
  const random = seeded(seed);
  for (let index = 0; ; index++) {
    // A generator of its own for each: how many numbers one takes does not move the next.
    yield [index, makeRequest(seeded(random() * 2 ** 32), pairs)];
  }
}

async function sendAll(
  requests: ReturnType<typeof makeRequests>,
  size: number,
  portOf: (transport: Transport) => number,
): Promise<MalformedResult> {
  const outcomes: Record<Outcome, number> = { answered: 0, 'refused by Node': 0, 'broken off': 0 };
  const statuses = new Map<number, number>();
  const failures: string[] = [];

  async function send(index: number, request: MalformedRequest): Promise<void> {
    const { bytes, kind, method, unfinished } = request;
    const went = await exchange(portOf(TRANSPORT_OF[kind]), bytes, {
      methods: [method],
      timeoutMs: unfinished ? UNFINISHED_MS : ANSWER_MS,
      untilAnswered: true,
    });
    const answer = finalAnswer(went);
    const outcome = outcomeOf(answer);
    outcomes[outcome]++;
    if (outcome === 'answered') statuses.set(index, answer?.status ?? 0);
    const fault = faultOf(request, went);
    if (fault !== undefined) failures.push(`request ${index} (${kind}) ${fault}: ${shown(bytes)}`);
  }

  async function work(): Promise<void> {
    for (const [index, request] of requests) {
      await send(index, request);
      // A service that answers nothing does not keep it going for ever.
      if (outcomes.answered >= size || failures.length >= MOST_FAILURES || index > MOST_SENT * size) return;
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { outcomes, statuses, failures };
}

async function logIn({ port }: RunningExample): Promise<Kept> {
  const request = row('POST', '/api/token/', 200, {
    json: { username: 'vitor', password: '123' },
    headers: [OWN_PAGE],
  });
  const { answers } = await exchange(port, toBytes(request, new Map()), {
    methods: ['POST'],
    untilAnswered: true,
  });
  const [answer] = answers;
  if (answer?.status !== 200) throw new Error(`login: ${answer?.status}`);
  return keptFrom(answer);
}

/** That the service is as it was: it knows the pair, and has kept it to itself. */
async function checkAfter(
  transport: Transport,
  { port, isRunning, logged, printed }: RunningExample,
  kept: Kept,
): Promise<readonly string[]> {
  const known = new Map([['pair', kept]]);
  const refresh = transport === 'header' ? { json: { refresh: kept.refresh } } : {};
  const last = [
    row('GET', '/healthz', 200),
    row('GET', '/hello', 200, { as: 'pair' }),
    row('POST', '/api/token/refresh', 200, {
      ...refresh,
      headers: [OWN_PAGE, ...(transport === 'cookie' ? [`Cookie: ${kept.cookie}`] : [])],
    }),
  ];
  const failures: string[] = [];
  for (const each of last) {
    const { answers } = await exchange(port, toBytes(each, known), {
      methods: [each.method],
      untilAnswered: true,
    });
    const status = answers[0]?.status;
    if (status !== each.status) failures.push(`afterwards ${each.name} was answered with ${status}`);
  }
  if (!isRunning()) failures.push('the service has ended');
  for (const token of [kept.access, kept.refresh])
    if (showsToken(printed(), token))
      failures.push(`the log of the service with tokens in ${transport}s shows a token`);
  for (const line of logged())
    if (Number(line['status']) >= 500) failures.push(`the log has a line with 5xx: ${JSON.stringify(line)}`);
  return failures;
}

function shown(bytes: Uint8Array): string {
  return JSON.stringify(Buffer.from(bytes).toString('latin1').slice(0, 400));
}

/** Requests that two services answered, each with another status. */
export function differences(all: ReadonlyMap<Framework, MalformedResult['statuses']>): readonly string[] {
  const [[first, expected] = [], ...others] = all;
  return others.flatMap(([framework, given]) =>
    [...given]
      .filter(([index, status]) => (expected?.get(index) ?? status) !== status)
      .map(
        ([index, status]) =>
          `request ${index}: ${first} answered ${expected?.get(index)}, ${framework} ${status}`,
      ),
  );
}
