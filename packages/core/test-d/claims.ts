/** The types of the app's own claims. What must not compile is marked; an unused mark is an error itself. */
import { createAuth, type Guard } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { createVerifier, type Verifier } from '@tokenpair/core/verifier';
import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';

const options = {
  issuer: 'https://issuer.test',
  audience: 'https://api.test',
  keys: { alg: 'HS256', secret: new Uint8Array(32) },
  store: memoryStore(),
} as const;

const request = { method: 'GET', rawHeaders: [] };

export async function zodClaims(): Promise<void> {
  const claims = z.object({ tenant: z.string(), since: z.string().transform((text) => new Date(text)) });
  const auth = createAuth({ ...options, claims });
  const outcome = await auth.guard()(request);
  if (!outcome.passed || outcome.auth === undefined) return;
  const tenant: string = outcome.auth.claims.tenant;
  const since: Date = outcome.auth.claims.since;
  const subject: string = outcome.auth.claims.sub;
  const expires: number = outcome.auth.claims.exp;
  // @ts-expect-error the output of the transform is a Date
  const text: string = outcome.auth.claims.since;
  // @ts-expect-error there is no such claim
  outcome.auth.claims.tenent;
  // @ts-expect-error claims are read only
  outcome.auth.claims.sub = 'root';
  // @ts-expect-error a registered claim keeps its type
  const wrong: string = outcome.auth.claims.exp;
  void [tenant, since, subject, expires, text, wrong];
}

export async function valibotClaims(): Promise<void> {
  const claims = v.object({ level: v.number(), note: v.optional(v.string()) });
  const auth = createAuth({ ...options, claims });
  const outcome = await auth.guard({ optional: true })(request);
  if (!outcome.passed) return;
  // @ts-expect-error with an optional guard there may be nobody
  outcome.auth.claims.level;
  const level: number | undefined = outcome.auth?.claims.level;
  const note: string | undefined = outcome.auth?.claims.note;
  // @ts-expect-error a number
  const text: string | undefined = outcome.auth?.claims.level;
  void [level, note, text];
}

export async function arktypeClaims(): Promise<void> {
  const auth = createAuth({ ...options, claims: type({ roles: 'string[]' }) });
  const outcome = await auth.guard()(request);
  if (!outcome.passed || outcome.auth === undefined) return;
  const roles: readonly string[] = outcome.auth.claims.roles;
  // @ts-expect-error texts
  const numbers: readonly number[] = outcome.auth.claims.roles;
  void [roles, numbers];
}

export function withoutSchema(): void {
  const guard = createAuth(options).guard();
  void Promise.resolve(guard(request)).then((outcome) => {
    if (!outcome.passed || outcome.auth === undefined) return;
    // Whatever a claim holds has to be looked at first.
    const tenant: unknown = outcome.auth.claims['tenant'];
    // @ts-expect-error may be anything that JSON holds
    const text: string = outcome.auth.claims['tenant'];
    void [tenant, text];
  });
}

export function schemas(): void {
  // @ts-expect-error a schema of another interface
  createAuth({ ...options, claims: { parse: (value: unknown) => value } });
  // @ts-expect-error claims are an object
  createAuth({ ...options, claims: z.string() });
  // @ts-expect-error a promise or a boolean, nothing else
  createAuth({ ...options, validateClaims: () => 'yes' });
  createAuth({
    ...options,
    claims: z.looseObject({}),
    validateClaims: async ({ tenant }) => tenant === 'acme',
  });
}

export async function verifierClaims(): Promise<void> {
  const { issuer, audience, keys } = options;
  const claims = z.object({ tenant: z.string() });
  const verifier = createVerifier({ issuers: [{ issuer, audience, keys }], claims });
  const who = await verifier.verify('');
  const tenant: string = who.claims.tenant;
  // @ts-expect-error issuers differ: a subject may be absent
  const subject: string = who.subject;
  // @ts-expect-error what is not in the schema may be anything
  const email: string = who.claims['email'];
  // @ts-expect-error a text
  const level: number = who.claims.tenant;
  const guard: Guard<typeof who> = verifier.guard({ scope: 'read' });
  const outcome = await guard(request);
  if (outcome.passed && outcome.auth !== undefined) {
    const again: string = outcome.auth.claims.tenant;
    void again;
  }
  // @ts-expect-error other claims than those of the schema
  const other: Verifier<{ team: string }> = verifier;
  void [tenant, subject, email, level, other];
}
