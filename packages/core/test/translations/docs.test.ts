import type { Auth, AuthAnswer, Translator } from '@tokenpair/core';
import { en } from '@tokenpair/core/translations';
import { describe, expect, it } from 'vitest';
import { plain, requestOf } from '../support/requests.ts';
import { runPage, textOf } from '../verifier/docs.ts';

interface TranslationsPage {
  readonly auth: Auth;
  readonly translate: Translator;
  readonly own: Translator;
  readonly refuseOldPassword: (acceptLanguage: string | undefined, translate: Translator) => AuthAnswer;
}

const run = async () => (await runPage('translations')) as unknown as TranslationsPage;

describe('docs/translations.md', () => {
  it('shows what a refused login is answered', async () => {
    const { refuseOldPassword, translate } = await run();
    const [, shown = ''] = /^HTTP\/1\.1 401 Unauthorized\n(.*?)\n```$/ms.exec(textOf('translations')) ?? [];
    const [head = '', body = ''] = shown.split('\n\n');
    const answer = refuseOldPassword('de-AT,de;q=0.9,en;q=0.8', translate);
    expect(body).toBe(answer.body);
    const lines = answer.headers.map(([name, value]) => `${name}: ${value}`);
    for (const line of head.split('\n'))
      expect(lines).toContain(line.replace(/^[^:]+/, (name) => name.toLowerCase()));
  });

  it('speaks the languages it names, in a guard', async () => {
    const { auth } = await run();
    for (const [header, language] of [
      ['pt-PT', 'pt'],
      ['zh-SG', 'zh-Hans'],
      ['zh-HK', 'en'],
      ['it', 'en'],
    ] as const) {
      const outcome = await auth.guard()(requestOf('GET', '/', { headers: [['accept-language', header]] }));
      expect(outcome.passed || plain(outcome.answer)?.headers['content-language']).toBe(language);
    }
  });

  it('has a language of its own, English where that says nothing, and a sentence of its own', async () => {
    const { own } = await run();
    expect(own(undefined).say(en.sentences.token_expired)).toBe('Il token è scaduto.');
    expect(own('it').say(en.sentences.token_revoked)).toBe(en.sentences.token_revoked);
    expect(own('de').say(en.sentences.rate_limited)).toBe('Bitte warten Sie eine Viertelstunde.');
  });
});
