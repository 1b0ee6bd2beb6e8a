import { createTranslator } from '@tokenpair/core/translations';
import { de } from '@tokenpair/core/translations/de';
import { ja } from '@tokenpair/core/translations/ja';
import {
  badRequest,
  type ExpectedAnswer,
  guarded,
  pairOf,
  refusedByGuard,
  refusedGrant,
  wrongMethod,
} from './http-contract-answers.ts';
import { bearer, get, type HttpSection, JSON_LINE, post, withLines } from './http-contract-case.ts';
import type { WireRequest } from './http-contract-client.ts';

const GERMAN = ['Accept-Language', 'de-AT,de;q=0.9,en;q=0.8'] as const;
const JAPANESE = ['Accept-Language', 'ja'] as const;

/** An answer in a language: its sentences, what tells of it, and nothing else. */
function inLanguage(
  language: string,
  { headers, body, ...rest }: ExpectedAnswer,
  said: object,
): ExpectedAnswer {
  const vary = [headers['vary'], 'Accept-Language'].filter((names) => names !== undefined).join(', ');
  return {
    ...rest,
    headers: { ...headers, 'content-language': language, vary },
    body: { ...(body as object), ...said },
  };
}

const login = (fields: object): WireRequest => post('/', fields);
const wrong = { username: 'ada', password: 'wrong' };

export const translations: HttpSection = {
  name: 'a refusal of an auth with translations',
  options: { translate: createTranslator({ catalogues: [de, ja] }) },
  cases: [
    {
      name: 'is German to who reads that',
      request: () => withLines(login(wrong), GERMAN),
      ...inLanguage('de', refusedGrant('invalid_credentials'), {
        detail: 'Zu diesen Anmeldedaten gibt es kein aktives Konto.',
      }),
    },
    {
      name: 'is Japanese to who reads that, to the last byte',
      request: () => withLines(login(wrong), JAPANESE),
      ...inLanguage('ja', refusedGrant('invalid_credentials'), {
        detail: '入力された認証情報に一致する有効なアカウントがありません。',
      }),
    },
    {
      name: 'is English to who reads neither, and says so',
      request: () => withLines(login(wrong), ['Accept-Language', 'it, de;q=0']),
      ...inLanguage('en', refusedGrant('invalid_credentials'), {}),
    },
    {
      name: 'is English to who says nothing',
      request: () => login(wrong),
      ...inLanguage('en', refusedGrant('invalid_credentials'), {}),
    },
    {
      name: 'goes by two lines as by one',
      request: () => withLines(login(wrong), ['Accept-Language', 'it'], ['Accept-Language', 'de;q=0.5']),
      ...inLanguage('de', refusedGrant('invalid_credentials'), {
        detail: 'Zu diesen Anmeldedaten gibt es kein aktives Konto.',
      }),
    },
    {
      name: 'translates what is wrong with fields',
      request: () => withLines(login({ username: '' }), GERMAN),
      ...inLanguage('de', badRequest(), {
        detail: 'Die Anfrage ist fehlerhaft oder unvollständig.',
        fields: {
          username: 'Dieses Feld muss einen Text enthalten und darf nicht leer sein.',
          password: 'Dieses Feld ist erforderlich.',
        },
      }),
    },
    {
      name: 'translates what is said of methods',
      request: () => ({
        method: 'PUT',
        path: '/api/token/refresh',
        headers: [JSON_LINE, GERMAN],
        body: '{}',
      }),
      ...inLanguage('de', wrongMethod('POST'), { detail: 'Diese Methode ist hier nicht zulässig.' }),
    },
    {
      name: 'of a guard keeps its challenge in English',
      request: () => withLines(get('/hello', 'Bearer x'), GERMAN),
      ...inLanguage('de', refusedByGuard('token_not_valid'), { detail: 'Das Token ist ungültig.' }),
    },
    {
      name: 'of a guard without a credential is Japanese to who reads that',
      request: () => withLines(get('/hello'), JAPANESE),
      ...inLanguage('ja', refusedByGuard('token_missing'), { detail: '認証情報が提供されていません。' }),
    },
    {
      name: 'takes no language to a guarded answer of the app',
      request: ({ pair }) => ({ path: '/hello', headers: [bearer(pair), GERMAN] }),
      ...guarded({ message: 'Hello, World!' }),
    },
    {
      name: 'takes no language to a good answer',
      request: ({ pair }) => withLines(post('/refresh', { refresh: pair.refresh }), GERMAN),
      ...pairOf(1),
    },
  ],
};
