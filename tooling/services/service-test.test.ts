import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { fixture } from '../checks/fixture.ts';
import { findProgram } from './service-test.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('finds a program on PATH', () => {
  const folder = fixture({ 'tokenpair-server': '#!/bin/sh\n' });
  chmodSync(join(folder, 'tokenpair-server'), 0o755);
  vi.stubEnv('PATH', `/nowhere:${folder}`);
  expect(findProgram('tokenpair-server')).toBe(join(folder, 'tokenpair-server'));
});

it('passes over a file that cannot be run', () => {
  const folder = fixture({ 'tokenpair-server': 'text' });
  chmodSync(join(folder, 'tokenpair-server'), 0o644);
  vi.stubEnv('PATH', folder);
  expect(findProgram('tokenpair-server')).toBeUndefined();
});
