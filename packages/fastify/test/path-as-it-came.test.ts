import { expect, it } from 'vitest';
import { pathAsItCame } from '../src/path-as-it-came.ts';

it.each([
  ['/refresh', '/api/token/refresh', '/refresh'],
  ['/refresh', '/api/token/refresh/?a=/b', '/refresh/'],
  ['/refresh', '/API/Token/Refresh', '/refresh'],
  ['/refresh', '/api//token/refresh', '/refresh'],
  ['/', '/api/token/', '/'],
  ['/sessions/:id', '/api/token/sessions/%61bc', '/sessions/%61bc'],
  ['/sessions/:id', '/api/token/sessions/x/', '/sessions/x/'],
])('%s of %s is %s', (route, url, path) => {
  expect(pathAsItCame('/api/token', route, url)).toBe(path);
});

it.each([
  ['/refresh', '/api/token/%72efresh'],
  ['/refresh', '/api/toke%6e/refresh'],
  ['/', '/api/toke%6e/'],
  ['/refresh', '/api/token//refresh/x'],
  ['/sessions/:id', '/api/token/sessions/x/sessions/y'],
  ['/sessions/:id', '/api/token/sessions/sessions/y'],
])('%s is not the path of %s', (route, url) => {
  expect(pathAsItCame('/api/token', route, url)).toBeUndefined();
});

it('takes whatever stands for a parameter of the mount point', () => {
  expect(pathAsItCame('/:tenant/token', '/refresh', '/acme/token/refresh')).toBe('/refresh');
  expect(pathAsItCame('/:tenant/token', '/refresh', '/a/b/token/refresh')).toBeUndefined();
});
