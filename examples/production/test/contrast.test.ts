import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../page/public/style.css', import.meta.url), 'utf8');

/** The colours of a scheme by their names; the first block of `:root` is light, the second dark. */
function coloursOf(block: number): Readonly<Record<string, string>> {
  const text = [...css.matchAll(/:root \{([^}]*)\}/g)][block]?.[1] ?? '';
  return Object.fromEntries(
    [...text.matchAll(/--([\w-]+): (#[\da-f]+);/g)].map(([, name, value]) => [name, value]),
  );
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replace(/[\da-f]/g, '$&$&') : colour;
  const [red = 0, green = 0, blue = 0] = (digits.match(/[\da-f]{2}/g) ?? []).map((pair) => {
    const share = Number.parseInt(pair, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const TEXT = [
  ['text', 'card'],
  ['text', 'page'],
  ['text', 'good-back'],
  ['text', 'bad-back'],
  ['muted', 'card'],
  ['accent', 'card'],
  ['accent', 'page'],
  ['on-accent', 'accent'],
  ['danger', 'card'],
  ['good', 'good-back'],
] as const;

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('the %s colours of the page', (_, block) => {
  const colours = coloursOf(block);

  it.each(TEXT)('have text that can be read: %s on %s', (text, back) => {
    expect(contrast(colours[text] ?? '', colours[back] ?? '')).toBeGreaterThanOrEqual(4.5);
  });

  it('have fields whose edge can be seen', () => {
    for (const back of ['card', 'page'])
      expect(contrast(colours['field'] ?? '', colours[back] ?? '')).toBeGreaterThanOrEqual(3);
  });
});
