import { type AuthErrorCode, ERROR_ROWS } from '../../../packages/core/src/errors/error-rows.ts';
import { de } from '../../../packages/core/src/translations/de.ts';
import type { Block } from './pages.ts';

/** The sentence of an error, in a language in which a page shows an answer. */
const SENTENCES: Readonly<Record<string, (code: AuthErrorCode) => string>> = {
  en: (code) => ERROR_ROWS[code].detail,
  [de.language]: (code) => de.sentences[code],
};

/** @returns what is no JSON */
export function jsonProblems({ page, line, code }: Block): readonly string[] {
  return isJson(code) ? [] : [`${page}:${line}: this is no JSON`];
}

/** Of requests and answers as they go over the wire, with an empty line between head and body and between messages. */
export function httpProblems({ page, line, code }: Block): readonly string[] {
  return messagesOf(code)
    .flatMap(messageProblems)
    .map((problem) => `${page}:${line}: ${problem}`);
}

/** Each begins with a request line or a status line. */
function messagesOf(code: string): readonly string[] {
  return code.split(/^(?=[A-Z]+ \S+ HTTP\/1\.1$|HTTP\/1\.1 )/m);
}

function messageProblems(message: string): readonly string[] {
  const [head = '', body = ''] = message.trimEnd().split('\n\n', 2);
  const [first = '', ...headers] = head.split('\n');
  const isMessage = /^([A-Z]+ \/\S* HTTP\/1\.1|HTTP\/1\.1 \d{3} [A-Z][A-Za-z ]*)$/.test(first);
  return [
    ...(isMessage ? [] : [`neither a request line nor a status line: ${first}`]),
    ...headers
      .filter((header) => !/^[A-Za-z-]+: \S/.test(header))
      .map((header) => `no header line: ${header}`),
    ...(body.startsWith('{') ? bodyProblems(body, head) : []),
  ];
}

/** An error that is shown has the status, the word and the sentence of its code, in the language that its head names. */
function bodyProblems(body: string, head: string): readonly string[] {
  if (!isJson(body)) return [`this body is no JSON: ${body}`];
  const { code, error, detail } = JSON.parse(body) as Record<string, string>;
  if (code === undefined) return [];
  if (!isCode(code)) return [`there is no code ${code}`];
  const row = ERROR_ROWS[code];
  const language = /^Content-Language: (.+)$/m.exec(head)?.[1] ?? 'en';
  const isSaid = head.startsWith(`HTTP/1.1 ${row.status} `) && SENTENCES[language]?.(code) === detail;
  const words = [row.error, row.grant].filter((word) => word !== undefined);
  return isSaid && words.some((word) => word === error) ? [] : [`not what ${code} is answered with: ${body}`];
}

function isCode(code: string): code is AuthErrorCode {
  return Object.hasOwn(ERROR_ROWS, code);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
