import { describe, expect, it } from 'vitest';
import { maskUrl } from '../src/log/mask-url.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

describe('maskUrl', () => {
  it.each([
    ['/hello/', '/hello/'],
    ['/hello?page=2&sort=name', '/hello?page=2&sort=name'],
    ['/%ZZ?q=%ZZ', '/%ZZ?q=%ZZ'],
    ['/v1.2.3/report.final.pdf?x', '/v1.2.3/report.final.pdf?x'],
  ])('leaves %s as it is', (url, masked) => {
    expect(maskUrl(url)).toBe(masked);
  });

  it.each([
    [`/x?access_token=${TOKEN}`, '/x?access_token=***'],
    ['/x?token=opaque&page=2', '/x?token=***&page=2'],
    ['/x?%74oken=opaque', '/x?%74oken=***'],
    ['/x?password=hunter2', '/x?password=***'],
    [`/x?q=${TOKEN}`, '/x?q=***'],
    [`/x?${TOKEN}`, '/x?***'],
    [`/x/${TOKEN}/y`, '/x/***/y'],
    [`/x?q=${TOKEN.replaceAll('.', '%2E')}`, '/x?q=***'],
    [`/x?a=1?token=${TOKEN}`, '/x?a=1?token=***'],
    [`/x?q=x${TOKEN}`, '/x?q=x***'],
    [`/x?q=${percentEncoded(TOKEN)}%`, '/x?q=***%'],
    [`/${'A'.repeat(43)}`, '/***'],
    [`/x?%74%6Fken%ZZ=opaque`, '/x?%74%6Fken%ZZ=***'],
  ])('masks what is secret in %s', (url, masked) => {
    expect(maskUrl(url)).toBe(masked);
  });

  it('cuts a long one, without a part of a token at the end', () => {
    const masked = maskUrl(`/${'x'.repeat(1_000)}/${TOKEN}`);
    expect(masked.length).toBeLessThanOrEqual(1_024);
    expect(masked).not.toContain('eyJ');
  });
});

function percentEncoded(text: string): string {
  return text.replace(/./g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}
