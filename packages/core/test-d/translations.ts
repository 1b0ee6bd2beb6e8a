/** The types of translations. What must not compile is marked; an unused mark is an error itself. */
import { createAuth, type Translator } from '@tokenpair/core';
import { memoryStore } from '@tokenpair/core/memory';
import { type Catalogue, createTranslator, en, type Sentences } from '@tokenpair/core/translations';
import { de } from '@tokenpair/core/translations/de';

const translate: Translator = createTranslator({ catalogues: [de], default: 'de' });

createAuth({
  issuer: 'https://issuer.test',
  audience: 'https://api.test',
  keys: { alg: 'HS256', secret: new Uint8Array(32) },
  store: memoryStore(),
  translate,
});

// Spread over English, a catalogue may have less.
export const italian: Catalogue = {
  language: 'it',
  sentences: { ...en.sentences, token_expired: 'Il token è scaduto.' },
};

const { token_expired: _left, ...rest } = de.sentences;

// @ts-expect-error a sentence too few
export const short: Sentences = { ...rest };

// @ts-expect-error a sentence for nothing
export const misspelt: Sentences = { ...en.sentences, token_expierd: 'Abgelaufen.' };

// @ts-expect-error a text
export const wrong: Sentences = { ...en.sentences, token_expired: 1 };

// @ts-expect-error a catalogue says of which language it is
export const nameless: Catalogue = { sentences: de.sentences };

// @ts-expect-error a catalogue is no translator
createTranslator({ catalogues: [de] })('de').sentences;
