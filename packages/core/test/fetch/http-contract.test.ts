import { httpContract } from '@tokenpair/testkit';
import { describe, it } from 'vitest';
import { plainApp, serve } from './support.ts';

// On Hono by packages/hono.
describe('Request and Response on node-server', () => {
  httpContract({ describe, it, start: (auth, options) => serve(plainApp(auth, options)) });
});
