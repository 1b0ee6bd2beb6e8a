import {
  type AuthErrorCode,
  ERROR_ROWS,
  type ErrorRow,
} from '../../../packages/core/src/errors/error-rows.ts';

/** What this needs of markdown-it. */
interface Markdown {
  readonly core: { readonly ruler: { push(name: string, rule: (state: State) => void): void } };
}

interface State {
  readonly tokens: Token[];
  readonly env: { readonly relativePath?: string };
  readonly Token: new (type: string, tag: string, nesting: 0) => Token;
}

interface Token {
  readonly type: string;
  readonly tag: string;
  content: string;
}

/**
 * A plugin of markdown-it: below each heading of docs/errors.md that is a code it puts what the code's own table says of it, so that the page has to say only what the table does not.
 */
export function errorFacts(md: Markdown): void {
  md.core.ruler.push('error-facts', ({ tokens, env, Token: TokenClass }) => {
    if (env.relativePath !== 'errors.md') return;
    for (let at = tokens.length - 1; at >= 0; at -= 1) {
      const code =
        tokens[at]?.type === 'heading_close' ? tokens[at - 1]?.content.replaceAll('`', '') : undefined;
      if (code === undefined || !isCode(code)) continue;
      const facts = new TokenClass('html_block', '', 0);
      facts.content = factsOf(ERROR_ROWS[code]);
      tokens.splice(at + 1, 0, facts);
    }
  });
}

function isCode(text: string): text is AuthErrorCode {
  return Object.hasOwn(ERROR_ROWS, text);
}

const CHALLENGES = {
  named: 'Bearer, with the error named',
  bare: 'Bearer, without an error',
  basic: 'Basic',
} as const;

/** A refused grant is no bearer credential, so there the error is not named. */
function challengeOf(challenge: keyof typeof CHALLENGES, grant: string | undefined): string {
  const isNamed = challenge === 'named' && grant !== undefined;
  return isNamed ? `${CHALLENGES.named}; at login, refresh and logout without` : CHALLENGES[challenge];
}

/** The columns of the code's row, as a table of its own. */
function factsOf({ status, error, grant, challenge, detail }: ErrorRow): string {
  const word =
    grant === undefined
      ? `<code>${error}</code>`
      : `<code>${error}</code>; <code>${grant}</code> at login, refresh and logout`;
  const cells = [
    ['status', String(status)],
    ['<code>error</code>', word],
    ['<code>detail</code>', detail],
    ['challenge', challenge === undefined ? 'none' : challengeOf(challenge, grant)],
  ];
  const rows = cells.map(([name, value]) => `<tr><th scope="row">${name}</th><td>${value}</td></tr>`);
  return `<table class="error-facts"><tbody>${rows.join('')}</tbody></table>\n`;
}
