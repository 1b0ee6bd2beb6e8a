import { vi } from 'vitest';
import type * as Core from '../../src/index.ts';
import { type EngineName, engines } from './engines.ts';

/** Core's sources, every module of them on one engine. */
export async function loadCore(engine: EngineName): Promise<typeof Core> {
  vi.resetModules();
  vi.doMock('#engine', () => engines[engine]);
  const core = await import('../../src/index.ts');
  vi.doUnmock('#engine');
  return core;
}
