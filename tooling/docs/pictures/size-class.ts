/** How small a picture may become before it scrolls instead; the style sheet of the site knows the names. */
export function sizeClass(width: number): string {
  if (width > 840) return 'picture-widest';
  return width > 640 ? 'picture-wide' : 'picture-small';
}
