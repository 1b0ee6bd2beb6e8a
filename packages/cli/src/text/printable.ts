/**
 * What comes from elsewhere (claims, user agents, arguments) before it is shown: a terminal obeys control characters, and text
 * that runs backwards can say something else than it is.
 *
 * @module
 */

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const TOKEN = /eyJ[\w-]+\.[\w-]*(?:\.[\w-]*)*/g;
const CREDENTIALS = /([a-z][\w+.-]*:\/\/)\S*@/gi;
const PASSWORD_MEMBER = /([?&](?:password|pass|pwd)=)[^&\s]*/gi;

/** A text with everything escaped that is no visible character or space. */
export function printable(text: string): string {
  return text.replace(UNSEEN, escaped);
}

/** A text in which no token and no password of a URL is left. */
export function masked(text: string): string {
  return text.replace(TOKEN, 'eyJ…').replace(CREDENTIALS, '$1…@').replace(PASSWORD_MEMBER, '$1…');
}

/** A value as JSON on one line, fit for a terminal. */
export function inline(value: unknown): string {
  return printable(JSON.stringify(value) ?? 'null');
}

/** A value as JSON over several lines; the escapes are those of JSON, so it reads back as it was. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(UNSEEN, (unit) =>
    unit === '\n' ? unit : escaped(unit),
  );
}

/** In units of UTF-16, as JSON writes them. */
function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }).join('');
}
