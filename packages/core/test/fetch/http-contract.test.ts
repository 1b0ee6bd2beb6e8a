import { httpContract } from '@tokenpair/testkit';
import { describe, it } from 'vitest';
import { honoApp, plainApp, serve } from './support.ts';

describe('Hono on node-server', () => {
  httpContract({ describe, it, start: (auth, options) => serve(honoApp(auth, options)) });
});

describe('Request and Response on node-server', () => {
  httpContract({ describe, it, start: (auth, options) => serve(plainApp(auth, options)) });
});
