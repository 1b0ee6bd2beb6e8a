import { createTranslator, en } from '@tokenpair/core/translations';
import { de } from '@tokenpair/core/translations/de';
import { es } from '@tokenpair/core/translations/es';
import { fr } from '@tokenpair/core/translations/fr';
import { ja } from '@tokenpair/core/translations/ja';
import { pt } from '@tokenpair/core/translations/pt';
import { zhHans } from '@tokenpair/core/translations/zh-hans';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseAcceptLanguage } from '../../src/translations/accept-language.ts';

const SHIPPED = [de, es, fr, pt, zhHans, ja];
const translate = createTranslator({ catalogues: SHIPPED });

/** The sentences of English under another tag. */
const as = (language: string) => ({ ...en, language });

describe('the language of a refusal, by the header', () => {
  it.each<[header: string | undefined, language: string]>([
    [undefined, 'en'],
    ['', 'en'],
    ['de', 'de'],
    ['DE', 'de'],
    ['de-AT', 'de'],
    ['de-Latn-AT-1996', 'de'],
    ['de-DE-u-co-phonebk', 'de'],
    ['de-x-private', 'de'],
    ['deu', 'en'],
    ['pt-BR', 'pt'],
    ['pt-PT', 'pt'],
    ['es-419,es;q=0.9,en;q=0.8', 'es'],
    ['fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5', 'fr'],
    ['ja-JP', 'ja'],
    // What is dearest, not what is first; of equals the first.
    ['en;q=0.5, de;q=0.9', 'de'],
    ['fr, de', 'fr'],
    ['fr;q=0.8, de;q=0.8', 'fr'],
    ['it, de;q=0.1', 'de'],
    ['en, de', 'en'],
    ['en-GB, de;q=0.9', 'en'],
    ['de;q=1.000, fr;q=0.999', 'de'],
    // A language that nobody gave.
    ['it', 'en'],
    ['it-IT, nl;q=0.9', 'en'],
    // Any, and any but.
    ['*', 'en'],
    ['*;q=0.1', 'en'],
    ['*, de;q=0.1', 'en'],
    ['it, *;q=0.5', 'en'],
    ['en;q=0, *', 'de'],
    ['en;q=0, de;q=0, *', 'es'],
    ['en;q=0.1, *', 'de'],
    ['*;q=0', 'en'],
    ['de, *;q=0', 'de'],
    // Refused.
    ['de;q=0', 'en'],
    ['de;q=0.000', 'en'],
    ['de;q=0, fr', 'fr'],
    ['de;q=0, de-AT', 'en'],
    ['de-AT;q=0', 'en'],
    ['en;q=0, *;q=0', 'en'],
    ['en;q=0', 'en'],
    // Characters: simplified ones for whoever reads those, and for whoever says no more than Chinese.
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['zh-SG', 'zh-Hans'],
    ['zh-Hans', 'zh-Hans'],
    ['zh-Hans-CN', 'zh-Hans'],
    ['zh-Hans-HK', 'zh-Hans'],
    ['zh-cmn-Hans-CN', 'zh-Hans'],
    ['zh-Latn', 'en'],
    ['zh-Latn-pinyin', 'en'],
    ['zh-US', 'en'], // CLDR: most who write Chinese there write traditional characters
    ['zh-158', 'en'],
    ['zh-999', 'zh-Hans'],
    ['zh-Hant', 'en'],
    ['zh-TW', 'en'],
    ['zh-HK', 'en'],
    ['zh-Hant-CN', 'en'],
    ['zh-Hant, ja;q=0.5', 'ja'],
    ['zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7', 'zh-Hans'], // Chrome in Taiwan: any Chinese before English
    ['zh-Hans;q=0, zh', 'en'],
    ['zh;q=0, ja;q=0.1', 'ja'],
    // Malformed: an element counts for nothing.
    ['german', 'en'],
    ['d', 'en'],
    ['de_AT', 'en'],
    ['de-', 'en'],
    ['-de', 'en'],
    ['de at', 'en'],
    ['de;q=1.1', 'en'],
    ['de;q=-1', 'en'],
    ['de;q=0.1234', 'en'],
    ['de;q=.5', 'en'],
    ['de;q=', 'en'],
    ['de;q', 'en'],
    ['de;level=1', 'en'],
    ['de;q=1;q=1', 'en'],
    ['"de"', 'en'],
    ['de;q=x, fr;q=0.1', 'fr'],
    [',, ,de,,', 'de'],
    ['de\0', 'en'],
    ['i-klingon', 'en'],
    ['x-de', 'en'],
    ['de-de-de-de', 'de'],
    ['__proto__', 'en'],
    ['constructor', 'en'],
    // Blanks where RFC 9110 has them.
    [' de ', 'de'],
    ['\tde\t;\tq=0.5\t,\tfr;q=0.4', 'de'],
    ['DE-at;Q=0.5', 'de'],
    ['de;q =0.5', 'en'],
  ])('%j is answered in %s', (header, language) => {
    expect(translate(header).language).toBe(language);
  });

  it('is that of the catalogue nearest to it', () => {
    const both = createTranslator({ catalogues: [as('pt-PT'), as('pt'), as('zh-Hant'), zhHans] });
    expect(both('pt-PT').language).toBe('pt-PT');
    expect(both('pt-BR').language).toBe('pt');
    expect(both('pt-AO').language).toBe('pt');
    expect(both('zh-TW').language).toBe('zh-Hant');
    expect(both('zh-MO, zh-CN').language).toBe('zh-Hant');
    expect(both('zh-CN').language).toBe('zh-Hans');
  });

  it('is that of another region where there is no nearer one', () => {
    const regions = createTranslator({ catalogues: [as('pt-PT'), as('zh-TW'), as('sr-Latn')] });
    expect(regions('pt-BR').language).toBe('pt-PT');
    expect(regions('zh-HK').language).toBe('zh-TW');
    expect(regions('zh-CN').language).toBe('en');
    expect(regions('sr').language).toBe('en');
    expect(regions('sr-Latn-RS').language).toBe('sr-Latn');
  });

  it('is the default where a request wants nothing that is there', () => {
    const german = createTranslator({ catalogues: SHIPPED, default: 'de' });
    for (const header of [undefined, '', '*', 'it', 'nonsense!', 'de-AT'])
      expect(german(header).language).toBe('de');
    expect(german('en').language).toBe('en');
    expect(german('de;q=0, *').language).toBe('es');
  });

  it('is English of the app where it has a catalogue of its own', () => {
    const sentences = { ...en.sentences, token_missing: 'Please sign in.' };
    const own = createTranslator({
      catalogues: [
        { language: 'en-GB', sentences },
        { language: 'en', sentences },
      ],
    });
    expect(own('en-US').say(en.sentences.token_missing)).toBe('Please sign in.');
    expect(own(undefined).say(en.sentences.token_missing)).toBe('Please sign in.');
  });
});

describe('a header of any text', () => {
  it('is answered in a language that is there', () => {
    const languages = new Set(['en', ...SHIPPED.map(({ language }) => language)]);
    const piece = fc.constantFrom('de', '-', ';', 'q=', '0', '1', '.', ',', '*', ' ', 'zh', 'Hant', 'x', 'u');
    const header = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 60 }).map((each) => each.join('')),
    );
    fc.assert(fc.property(header, (text) => languages.has(translate(text).language)));
  });

  it('is nothing to ask the runtime about twice, nor about a language that nobody gave', () => {
    const fresh = createTranslator({ catalogues: SHIPPED });
    const locale = vi.spyOn(Intl, 'Locale');
    onTestFinished(() => locale.mockRestore());
    for (let time = 0; time < 100; time++)
      fresh(`zh-TW, zh-Hant-TW-x-${time}, zh-TW-u-co-${time}, it-IT, xx-${time}`);
    expect(locale).toHaveBeenCalledTimes(1);
  });

  it('is looked at up to 512 characters and 20 ranges', () => {
    const filled = (length: number) => `de,${'x'.repeat(length - 3)}`;
    expect(translate(filled(512)).language).toBe('de');
    expect(translate(filled(513)).language).toBe('en');
    const after = (count: number) => `${'it,'.repeat(count)}de`;
    expect(translate(after(19)).language).toBe('de');
    expect(translate(after(20)).language).toBe('en');
    expect(parseAcceptLanguage('a,'.repeat(200))).toHaveLength(20);
    expect(parseAcceptLanguage('de,'.repeat(100_000))).toEqual([]);
  });
});
