import { claimReasons } from './claim-reasons.ts';
import { type Described, describeClaims, describeHeader } from './describe-members.ts';
import { gateReasons } from './gate-reasons.ts';
import { headerReasons } from './header-reasons.ts';
import { jsonReasons } from './json-reasons.ts';
import { judge, judgeSignature, type Verdict } from './judge.ts';
import { KINDS, type KindName, kindOf } from './kinds.ts';
import { type KeyText, type PastedKey, readPastedKey } from './pasted-key.ts';
import { notValid, type Reason } from './reason.ts';
import { type TakenApart, takeApart } from './take-apart.ts';

export interface Pasted {
  readonly token: string;
  readonly key: KeyText;
  /** What it is judged as. @default as its `typ` says */
  readonly kind?: KindName | undefined;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** What there is to say about a token. */
export interface Inspection {
  readonly token: string;
  readonly kind: KindName;
  readonly header: readonly Described[] | undefined;
  readonly claims: readonly Described[] | undefined;
  readonly signature: SignatureFinding;
  readonly verdict: Verdict;
  /** Why the library refuses it, in the order in which it looks; empty where it takes it. */
  readonly reasons: readonly Reason[];
}

export interface SignatureFinding {
  readonly state: 'not-verified' | 'good' | 'bad';
  readonly text: string;
  readonly reason?: Reason;
}

/** Everything about a pasted token; `undefined` while there is none. */
export async function inspect({
  token: text,
  key,
  kind: wanted,
  now,
}: Pasted): Promise<Inspection | undefined> {
  const token = text.trim().replace(/^Bearer +/i, '');
  if (token === '') return undefined;
  const parts = takeApart(token);
  const header = parts.header.members ?? {};
  const name = wanted ?? kindOf(header['typ']);
  const kind = KINDS[name];
  const pasted = readPastedKey(key, header['alg']);
  const signature = await signatureOf(token, header, pasted);
  const keys = pasted.state === 'keys' && signature.state !== 'not-verified' ? pasted.keys : undefined;
  const question = { token, issuer: parts.claims.members?.['iss'], kind, now };
  return {
    token,
    kind: name,
    header: shown(parts.header.shown, describeHeader),
    claims: shown(parts.claims.shown, (members) => describeClaims(members, now)),
    signature,
    verdict: await judge(question, keys),
    reasons: reasonsOf(token, parts, [
      ...headerReasons(header, kind),
      ...(signature.reason === undefined ? [] : [signature.reason]),
      ...(parts.claims.members === undefined
        ? jsonReasons(parts.claims, 'payload')
        : claimReasons(parts.claims.members, kind, now)),
    ]),
  };
}

/** In the order of the library: what is behind a stage that ends it is not looked at, so the rest is for people. */
function reasonsOf(token: string, { header }: TakenApart, rest: readonly Reason[]): readonly Reason[] {
  const gate = gateReasons(token);
  if (gate.length > 0) return gate;
  const unread = jsonReasons(header, 'header');
  return unread.length > 0 ? unread : rest;
}

function shown(
  value: unknown,
  describe: (members: object) => readonly Described[],
): readonly Described[] | undefined {
  return typeof value === 'object' && value !== null ? describe(value) : undefined;
}

async function signatureOf(
  token: string,
  header: Readonly<Record<string, unknown>>,
  pasted: PastedKey,
): Promise<SignatureFinding> {
  if (pasted.state === 'none')
    return {
      state: 'not-verified',
      text: 'Not verified: there is no key to verify it with. Anybody could have written all of this.',
    };
  if (pasted.state === 'unusable') return { state: 'not-verified', text: `Not verified. ${pasted.why}` };
  if (gateReasons(token).length > 0)
    return { state: 'not-verified', text: 'Not verified: what is no token has no signature.' };
  try {
    return findingOf(await judgeSignature(token, header, pasted.keys), header);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return {
      state: 'not-verified',
      text: `Not verified: Tokenpair does not admit this key. ${error.message}.`,
    };
  }
}

function findingOf(
  state: 'good' | 'bad' | 'other-key',
  { alg, kid }: Readonly<Record<string, unknown>>,
): SignatureFinding {
  if (state === 'good') return { state, text: `The signature is that of the key, with ${String(alg)}.` };
  const text =
    state === 'bad'
      ? 'The signature is not that of the key: the token is forged, was changed, or is signed with another key.'
      : `The token says it is signed with ${String(alg)} by the key ${JSON.stringify(kid ?? 'without a name')}, and no pasted key is that one.`;
  return { state: 'bad', text, reason: notValid(text) };
}
