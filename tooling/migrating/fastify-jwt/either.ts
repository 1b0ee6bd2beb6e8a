import '@fastify/jwt';
import { type Auth, TokenNotValidError } from '@tokenpair/core';
import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';

/**
 * Takes both kinds, where @fastify/jwt is registered with the old secret. Only what is no token of Tokenpair's gets a second look: an expired or
 * revoked one is refused.
 */
export function eitherOf(auth: Auth): onRequestAsyncHookHandler {
  return async (request) => {
    try {
      const { subject } = await auth.authenticate(request.raw);
      request.user = { sub: subject };
    } catch (error) {
      if (!(error instanceof TokenNotValidError)) throw error;
      await request.jwtVerify();
    }
  };
}

export function idOf({ user }: FastifyRequest): string | undefined {
  return (user as { sub?: string } | null)?.sub;
}
