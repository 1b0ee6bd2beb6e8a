import { styleText } from 'node:util';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow';

/** Gives a text a colour where colours are on, and leaves it as it is where they are not. */
export type Paint = (style: Style, text: string) => string;

/** What decides on colours. */
export interface Screen {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly outIsTerminal: boolean;
}

/**
 * Colours at a terminal, unless `NO_COLOR` says anything or the terminal is dumb.
 *
 * @see {@link https://no-color.org | NO_COLOR}
 */
export function paintFor({ env, outIsTerminal }: Screen): Paint {
  const colours = outIsTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return colours
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_style, text) => text;
}
