/** The TypeScript of the pages is that of files here, whole and letter for letter: what compiles and runs is what is read. */
import { expect, it } from 'vitest';
import { blocksOf, readPage, sourceOf } from './support/page.ts';

const SHOWN = {
  'from-express-jwt.md': ['express-jwt/before.ts', 'express-jwt/after.ts', 'express-jwt/during.ts'],
  'from-fastify-jwt.md': ['fastify-jwt/before.ts', 'fastify-jwt/after.ts', 'fastify-jwt/either.ts'],
  'from-koa-jwt.md': ['koa-jwt/before.ts', 'koa-jwt/after.ts', 'koa-jwt/either.ts'],
  'from-passport-jwt.md': ['passport-jwt/before.ts', 'passport-jwt/after.ts'],
  'from-simplejwt.md': [
    'simplejwt/client.ts',
    'simplejwt/fleet.ts',
    'simplejwt/django-blacklist.ts',
    'simplejwt/take-over.ts',
    'simplejwt/django-password.ts',
    'simplejwt/leaving.ts',
  ],
  'index.md': [],
};

it.each(Object.entries(SHOWN))('%s shows %j', (page, files) => {
  expect(blocksOf(readPage(page.replace('.md', '')))).toEqual(files.map(sourceOf));
});
