import { describe, expect, it } from 'vitest';
import { plainTarget } from '../src/server/request-target.ts';

describe('plainTarget', () => {
  it.each([
    ['/', '/'],
    ['/hello', '/hello'],
    ['/hello/?a=/b//', '/hello/?a=/b//'],
    ['/%ZZ?%', '/%ZZ?%'],
    ['//other.example/hello', '//other.example/hello'],
    ['/http://other.example/', '/http://other.example/'],
  ])('leaves %s as it is', (target, plain) => {
    expect(plainTarget(target)).toBe(plain);
  });

  it.each([
    ['http://other.example/hello?x', '/hello?x'],
    ['HTTPS://user:password@other.example:8000/hello', '/hello'],
    ['http://other.example', '/'],
    ['http://other.example?x', '/?x'],
    ['*', '/*'],
    ['', '/'],
    ['/hello#there?x', '/hello'],
    ['/hello?x#y', '/hello?x'],
    ['/hello///', '/hello/'],
    ['/hello//?x//', '/hello/?x//'],
    ['///', '/'],
  ])('spells %s as %s', (target, plain) => {
    expect(plainTarget(target)).toBe(plain);
  });
});
