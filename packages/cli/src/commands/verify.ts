import { AuthError } from '@tokenpair/core';
import { createVerifier, type VerifiedAuthentication, type Verifier } from '@tokenpair/core/verifier';
import { algOption } from '../keys/options.ts';
import { type AddCommand, leaf } from '../run/act.ts';
import { Refusal, reasonOf, WrongUse } from '../run/errors.ts';
import type { Io } from '../run/io.ts';
import type { Outcome } from '../run/outcome.ts';
import { inline, masked, printable } from '../text/printable.ts';
import { table } from '../text/table.ts';
import { describeMembers } from '../token/describe-token.ts';
import { readToken } from '../token/read-token.ts';
import { issuerOf, type VerifyOptions } from '../token/verification.ts';

export const addVerify: AddCommand = (parent, act) => {
  leaf(
    parent,
    'verify',
    'say whether a token is genuine and good now; no store is asked, so not whether it was revoked',
  )
    .argument('<token>', 'the token, or - for standard input')
    .requiredOption('--issuer <issuer>', 'its iss, exactly')
    .requiredOption('--audience <audience>', 'who it has to be for: its aud')
    .option('--jwks <url>', "the issuer's key set, over https or from this machine")
    .option('--keys <file>', 'a file with keys, public or private')
    .option('--secret-file <file>', 'a file with the secret; - for standard input')
    .addOption(
      algOption('what it has to be signed with (default: HS256 with a secret, else by the type of key)'),
    )
    .option('--typ <typ>', "its kind: at+jwt, rt+jwt, JWT …; 'any' looks at none", 'at+jwt')
    .option('--leeway <time>', 'how long after its end it is still good, up to 60s', '5s')
    .action((token: string, options: VerifyOptions) => act(({ io }) => verify(token, options, io)));
};

async function verify(given: string, options: VerifyOptions, io: Io): Promise<Outcome> {
  if (given === '-' && options.secretFile === '-')
    throw new WrongUse('standard input is either the token or the secret');
  const verifier = await makeVerifier(options, io);
  const token = await readToken(given, io);
  try {
    return good(await verifier.verify(token), io.now());
  } catch (error) {
    if (error instanceof AuthError) return refused(error);
    throw error;
  } finally {
    await verifier.close();
  }
}

/** What core says of its options is said of the command's, which they are. */
async function makeVerifier(options: VerifyOptions, io: Io): Promise<Verifier> {
  const issuer = await issuerOf(options, io);
  const leeway = options.leeway as `${number}s`;
  try {
    return createVerifier({ issuers: [issuer], leeway, clock: io.now });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const words = error.message.replace(/options\.(?:issuers\[0\]\.)?/g, '');
    if (issuer.keys === undefined || !words.startsWith('keys')) throw new WrongUse(words, { cause: error });
    throw new Refusal('keys_refused', words, { cause: error });
  }
}

function good({ issuer, subject, session, scopes, claims }: VerifiedAuthentication, now: number): Outcome {
  const members = describeMembers(claims, now);
  return {
    ok: true,
    data: { verified: true, issuer, subject, session, scopes, claims },
    lines: (paint) => [
      paint('green', 'verified: genuine, for this audience, and good now'),
      ...table(
        members.map(({ name, value, meaning }) => ['', printable(name), inline(value), meaning ?? '']),
      ),
    ],
  };
}

/** The cause is of keys that cannot be fetched; it holds nothing of the token. */
function refused({ code, message, cause }: AuthError): Outcome {
  const why = cause === undefined ? undefined : printable(masked(reasonOf(cause)));
  return {
    ok: false,
    data: { verified: false, code, detail: message, ...(why && { cause: why }) },
    lines: (paint) => [`${paint('red', 'refused:')} ${code}. ${message}${why ? ` (${why})` : ''}`],
  };
}
