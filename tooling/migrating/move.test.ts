/** One client lives through the whole move, at one address, and logs in once. */
import type { RequestListener } from 'node:http';
import { createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { createSimpleJwtAuth } from '@tokenpair/core/simplejwt';
import { expressAuth } from '@tokenpair/express';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Client, createClient } from './simplejwt/client.ts';
import { createApp as createFleetApp } from './simplejwt/fleet.ts';
import { createApp as createLeavingApp } from './simplejwt/leaving.ts';
import { serve } from './support/http.ts';

const HOUR = 3_600_000;
const DJANGO_KEY = { alg: 'HS256', secret: 'the-secret-of-the-fleet-which-has-fifty-characters' } as const;
const OWN_KEY = { alg: 'HS256', secret: 'a secret of its own, of 32 bytes or more' } as const;

interface Move {
  readonly url: string;
  /** What answers: what Django does, then both, then Tokenpair alone. */
  readonly steps: Readonly<Record<'django' | 'both' | 'own', () => void>>;
  logIn(): Promise<Client>;
  wait(ms: number): void;
}

async function startMove({ rotate }: { rotate: boolean }): Promise<Move> {
  let now = 1_800_000_000_000;
  const clock = (): number => now;
  const django = createSimpleJwtAuth({ keys: DJANGO_KEY, store: memoryStore(), refresh: { rotate }, clock });
  const auth = createAuth({
    issuer: 'https://api.example.com',
    audience: 'https://api.example.com',
    keys: OWN_KEY,
    store: memoryStore(),
    clock,
  });
  const { guard, routes, getAuth } = expressAuth(auth);
  const apps = {
    django: createFleetApp(django),
    both: createLeavingApp(django, auth),
    own: express()
      .use('/api/token', routes())
      .get('/me', guard(), (req, res) => void res.json({ id: getAuth(req).subject })),
  };
  let app: RequestListener = apps.django;
  const { url, close } = await serve((req, res) => app(req, res));
  onTestFinished(close);
  const go = (step: keyof typeof apps) => (): void => {
    app = apps[step];
  };
  return {
    url,
    steps: { django: go('django'), both: go('both'), own: go('own') },
    logIn: async () => {
      const { access, refresh } = await django.issue({ subject: '1' });
      return createClient(url, { access, refresh: String(refresh) });
    },
    wait: (ms) => {
      now += ms;
    },
  };
}

/** A request each hour, and two at once, as two parts of a page would ask. */
async function live(client: Client, { wait }: Move, hours: number): Promise<void> {
  for (let hour = 0; hour < hours; hour++) {
    wait(HOUR);
    for (const response of await Promise.all([client.get('/me'), client.get('/me')]))
      expect([response.status, await response.json()]).toEqual([200, { id: '1' }]);
  }
}

describe.each([{ rotate: false }, { rotate: true }])('with %o at Django', (django) => {
  it('nobody is logged out', async () => {
    const move = await startMove(django);
    const client = await move.logIn();
    await live(client, move, 6);
    move.steps.both();
    await live(client, move, 25);
    move.steps.own();
    await live(client, move, 25);
  });

  it('who did not come by while both were taken has to log in', async () => {
    const move = await startMove(django);
    const client = await move.logIn();
    await live(client, move, 1);
    move.steps.own();
    move.wait(HOUR);
    await expect(client.get('/me')).rejects.toThrow('log in again');
  });
});
