/** What an app is made of, besides Tokenpair, in the versions that this release was tried with. */
export const VERSIONS = {
  '@koa/router': '15.7.0',
  '@node-rs/argon2': '2.2.1',
  '@types/express': '5.0.6',
  '@types/koa': '3.0.3',
  '@types/node': '24.19.2',
  '@types/pg': '8.23.1',
  express: '5.3.0',
  fastify: '5.12.8',
  ioredis: '6.0.0',
  koa: '3.3.0',
  pg: '8.23.1',
  'rate-limiter-flexible': '11.4.0',
  typescript: '7.0.2',
} as const;

/** The oldest Node that runs TypeScript without a flag or a warning. */
export const NODE = '>=22.18';
