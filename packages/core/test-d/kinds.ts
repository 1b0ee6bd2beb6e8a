/** The types of signed messages. What must not compile is marked; an unused mark is an error itself. */
import { createAuth, type JsonObject, type MessageKind } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { type } from 'arktype';
import * as v from 'valibot';
import { z } from 'zod';

const auth = createAuth({
  issuer: 'https://issuer.test',
  audience: 'https://api.test',
  keys: { alg: 'HS256', secret: new Uint8Array(32) },
  store: memoryStore(),
});

export async function typed(): Promise<void> {
  const invite = auth.kind('invite', { ttl: '7d', claims: z.object({ team: z.string() }), singleUse: true });
  await invite.issue({ subject: '1', claims: { team: 'red' } });
  const message = await invite.verify('');
  const team: string = message.claims.team;
  const subject: string | undefined = message.subject;
  // @ts-expect-error a message may be about nobody
  const somebody: string = message.subject;
  // @ts-expect-error a text
  const number: number = (await invite.peek('')).claims.team;
  // @ts-expect-error a text
  await invite.issue({ claims: { team: 1 } });
  // @ts-expect-error a claim too many
  await invite.issue({ claims: { team: 'red', seats: 2 } });
  // @ts-expect-error a claim too few
  await invite.issue({ claims: {} });
  // @ts-expect-error a subject is a text
  await invite.issue({ subject: 1, claims: { team: 'red' } });
  // @ts-expect-error nothing can be written to a message
  message.claims = { team: 'blue' };
  void [team, subject, somebody, number];
}

export async function untyped(): Promise<void> {
  const plain: MessageKind = auth.kind('plain', { ttl: 60 });
  await plain.issue({});
  await plain.issue({ claims: { anything: ['that', { is: 'JSON' }] } });
  const claims: JsonObject = (await plain.verify('')).claims;
  // @ts-expect-error a Date is not JSON
  await plain.issue({ claims: { at: new Date() } });
  void claims;
}

export async function schemas(): Promise<void> {
  const byValibot = auth.kind('v', { ttl: '1h', claims: v.object({ seats: v.number() }) });
  const seats: number = (await byValibot.verify('')).claims.seats;
  const byArktype = auth.kind('a', { ttl: '1h', claims: type({ mail: 'string' }) });
  const mail: string = (await byArktype.verify('')).claims.mail;
  void [seats, mail];
}

/** A schema that changes what it reads is given one type and gives another. */
export async function changing(): Promise<void> {
  const day = z.object({ day: z.string().transform((text) => new Date(text)) });
  const reminder = auth.kind('reminder', { ttl: '1h', claims: day });
  await reminder.issue({ claims: { day: '2027-01-15' } });
  const read: Date = (await reminder.verify('')).claims.day;
  // @ts-expect-error what is signed is the text
  await reminder.issue({ claims: { day: new Date() } });
  void read;
}

export function options(): void {
  // @ts-expect-error a life is needed
  auth.kind('a', {});
  // @ts-expect-error no such unit
  auth.kind('a', { ttl: '1w' });
  // @ts-expect-error no such option
  auth.kind('a', { ttl: '1h', once: true });
  // @ts-expect-error no schema
  auth.kind('a', { ttl: '1h', claims: {} });
}
