import { createAuth } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { createSimpleJwtAuth } from '@tokenpair/core/simplejwt';
import { type Catalogue, createTranslator, en, type TranslatorOptions } from '@tokenpair/core/translations';
import { de } from '@tokenpair/core/translations/de';
import { createVerifier } from '@tokenpair/core/verifier';
import { describe, expect, it } from 'vitest';
import { keyFor } from '../support/keys.ts';

const without = ({ sentences }: Catalogue, key: string) =>
  Object.fromEntries(Object.entries(sentences).filter(([each]) => each !== key));

const withGerman = (change: object) => ({ catalogues: [{ ...de, ...change }] });

describe('a translator is refused at the start', () => {
  it.each<[what: string, options: unknown, message: RegExp]>([
    ['without options', undefined, /^options must be an object$/],
    ['without catalogues', {}, /^options\.catalogues must be a list of catalogues$/],
    ['with an option too many', { catalogues: [], fallback: 'de' }, /^options has no option "fallback"/],
    ['with a catalogue that is none', { catalogues: ['de'] }, /^options\.catalogues\[0\] must be an object$/],
    ['with a member too many', withGerman({ name: 'x' }), /^options\.catalogues\[0\] has no option "name"/],
    [
      'with a sentence too few',
      withGerman({ sentences: without(de, 'token_expired') }),
      /^options\.catalogues\[0\]\.sentences \(de\) lacks "token_expired"; spread the sentences of en/,
    ],
    [
      'with a fault of a field too few',
      withGerman({ sentences: without(de, 'field_required') }),
      /\(de\) lacks "field_required"/,
    ],
    [
      'with a sentence that is inherited alone',
      withGerman({ sentences: Object.create(de.sentences) }),
      /\(de\) lacks "token_missing"/,
    ],
    [
      'with a sentence for nothing',
      withGerman({ sentences: { ...de.sentences, token_expierd: 'Abgelaufen.' } }),
      /^options\.catalogues\[0\]\.sentences has no option "token_expierd"/,
    ],
    [
      'with an empty sentence',
      withGerman({ sentences: { ...de.sentences, not_found: '' } }),
      /^options\.catalogues\[0\]\.sentences\.not_found must have 1 to 255 characters$/,
    ],
    [
      'with a sentence of two lines',
      withGerman({ sentences: { ...de.sentences, not_found: 'a\nb' } }),
      /sentences\.not_found must have no control characters/,
    ],
    [
      'with a sentence that is no text',
      withGerman({ sentences: { ...de.sentences, not_found: null } }),
      /sentences\.not_found must be a string$/,
    ],
    ['with sentences that are none', withGerman({ sentences: [] }), /\.sentences must be an object$/],
    [
      'without a language',
      withGerman({ language: undefined }),
      /^options\.catalogues\[0\]\.language must be a string$/,
    ],
    [
      'with no language',
      withGerman({ language: 'in German' }),
      /^options\.catalogues\[0\]\.language must be a language tag/,
    ],
    [
      'with a language twice',
      { catalogues: [de, { ...de, language: 'DE' }] },
      /holds the language "de" twice$/,
    ],
    [
      'with a default that is not there',
      { catalogues: [de], default: 'fr' },
      /^options\.default must be the language of/,
    ],
    [
      'with a default that is no tag',
      { catalogues: [de], default: '' },
      /^options\.default must have 1 to 255/,
    ],
  ])('%s', (_what, options, message) => {
    const make = () => createTranslator(options as TranslatorOptions);
    expect(make).toThrow(message);
    expect(make).toThrow(
      expect.objectContaining({ name: 'TypeError', code: expect.stringMatching(/^ERR_INVALID_ARG_/) }),
    );
  });

  it('where it is no function, by whatever takes one', () => {
    const store = memoryStore();
    const keys = keyFor('HS256');
    const translate = de as never;
    const issuers = [
      {
        issuer: 'https://a.test',
        audience: 'b',
        jwks: 'https://a.test/jwks',
        algorithms: ['ES256' as const],
      },
    ];
    const message = /^options\.translate must be a function$/;
    expect(() => createAuth({ issuer: 'a', audience: 'b', keys, store, translate })).toThrow(message);
    expect(() => createSimpleJwtAuth({ keys, translate })).toThrow(message);
    expect(() => createVerifier({ issuers, translate })).toThrow(message);
  });
});

describe('a translator', () => {
  it('has English where an app spreads its own sentences over those', () => {
    const sentences = { ...en.sentences, token_expired: 'Il token è scaduto.' };
    const italian = createTranslator({ catalogues: [{ language: 'it', sentences }] })('it');
    expect(italian.say(en.sentences.token_expired)).toBe('Il token è scaduto.');
    expect(italian.say(en.sentences.token_revoked)).toBe(en.sentences.token_revoked);
  });

  it('goes by what a catalogue said when it was made', () => {
    const sentences = { ...de.sentences };
    const translate = createTranslator({ catalogues: [{ language: 'de', sentences }] });
    sentences.not_found = 'Anders.';
    expect(translate('de').say(en.sentences.not_found)).toBe(de.sentences.not_found);
  });

  it('leaves a sentence of an app as it is', () => {
    const german = createTranslator({ catalogues: [de] })('de');
    expect(german.say('Too short.')).toBe('Too short.');
    expect(german.say('__proto__')).toBe('__proto__');
  });

  it('is silent without catalogues, and says so', () => {
    expect(createTranslator({ catalogues: [] })('de').language).toBe('en');
  });
});
