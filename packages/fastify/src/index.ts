/**
 * Tokenpair for Fastify.
 *
 * @module
 */
export { type FastifyAuth, type FastifyAuthOptions, fastifyAuth } from './fastify-auth.ts';
export type { FastifyAuthReply, FastifyAuthRequest, FastifyGuard } from './messages.ts';
