/** What an app can be made with, each with what people call it; the first is the default. */
export const FRAMEWORKS = { express: 'Express', koa: 'Koa', fastify: 'Fastify' } as const;

export const STORES = { sqlite: 'SQLite', redis: 'Redis', postgres: 'PostgreSQL' } as const;

export const TRANSPORTS = {
  header: 'tokens in the Authorization header',
  cookie: 'tokens in cookies',
} as const;

export type Framework = keyof typeof FRAMEWORKS;
export type Store = keyof typeof STORES;
export type Transport = keyof typeof TRANSPORTS;

/** The names of choices, as the command line takes them. */
export function namesOf<Name extends string>(choices: Readonly<Record<Name, string>>): readonly Name[] {
  return Object.keys(choices) as Name[];
}
