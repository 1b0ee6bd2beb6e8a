import { httpContract } from '@tokenpair/testkit';
import { describe, it } from 'vitest';
import { contractApp, serve } from './support.ts';

describe('on node-server', () => {
  httpContract({ describe, it, start: (auth, options) => serve(contractApp(auth, options)) });
});
