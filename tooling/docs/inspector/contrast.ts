import type { Page } from 'playwright-core';

/** The contrast of the text of every visible element within one, at least; by WCAG 2.2 §1.4.3. */
export function leastContrast(
  page: Page,
  within: string,
): Promise<{ readonly ratio: number; readonly text: string }> {
  return page.evaluate(`(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const paint = (colors) => {
      canvas.clearRect(0, 0, 1, 1);
      for (const color of colors) { canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); }
      return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = (rgb) => {
      const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const backgrounds = (element) => {
      const colors = [];
      for (let each = element; each; each = each.parentElement) colors.unshift(getComputedStyle(each).backgroundColor);
      return ['white', ...colors];
    };
    let least = { ratio: 21, text: '' };
    for (const element of document.querySelectorAll(${JSON.stringify(`${within} *`)})) {
      const text = element.value ?? [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join('').trim();
      if (!text || element.getClientRects().length === 0) continue;
      const below = backgrounds(element);
      const [one, other] = [luminance(paint(below)), luminance(paint([...below, getComputedStyle(element).color]))];
      const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      if (ratio < least.ratio) least = { ratio, text };
    }
    return least;
  })()`);
}
