import assert from 'node:assert/strict';
import { AuthError } from '@tokenpair/core';
import type { OpenPair, World } from './http-contract-world.ts';

/** What became of a token: `good`, or the code it is refused with. */
type Fate = string;

/** A check, after the answer, of what became of the sessions in the order they were opened: what a refresh of each says. */
export function leaves(...fates: readonly Fate[]): (world: World) => Promise<void> {
  return async (world) => {
    const found: Fate[] = [];
    for (const { refresh } of world.opened) found.push(await fateOf(world.auth.refresh(refresh)));
    assert.deepEqual(found, fates);
  };
}

/** What a guard says of the access token of a pair. */
export async function accessFate({ auth }: World, { access }: OpenPair): Promise<Fate> {
  const outcome = await auth.guard()({ method: 'GET', rawHeaders: ['authorization', `Bearer ${access}`] });
  return outcome.passed ? 'good' : outcome.error.code;
}

async function fateOf(work: Promise<unknown>): Promise<Fate> {
  try {
    await work;
    return 'good';
  } catch (error) {
    if (error instanceof AuthError) return error.code;
    throw error;
  }
}
