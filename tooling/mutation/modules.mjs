// What is mutated, and the test files that look at it: those most likely to notice first. `target` is the score in per cent below
// which the run fails.
const test = (path) => `packages/core/test/${path}.test.ts`;
const attacks = (...names) => names.map((name) => test(`attacks/${name}`));
const mutants = (name) => test(`mutants/${name}`);

const VERIFICATION = attacks('claims', 'header', 'signature', 'encoding', 'confusion', 'side-channels');

export const MODULES = [
  { path: 'token/gate.ts', target: 90, tests: [test('token/gate'), ...attacks('encoding')] },
  {
    path: 'token/claims.ts',
    target: 90,
    tests: [
      test('token/claims'),
      mutants('claims'),
      ...attacks('names'),
      test('token/token-kind'),
      ...attacks('claims'),
    ],
  },
  {
    path: 'token/strict-json.ts',
    target: 90,
    tests: [test('token/strict-json'), ...attacks('claims', 'header')],
  },
  {
    path: 'token/token-kind.ts',
    target: 90,
    tests: [
      test('token/token-kind'),
      mutants('token-kind'),
      test('kinds/kind'),
      ...VERIFICATION,
      test('engine/core-on-jose'),
    ],
  },
  {
    path: 'token/header-table.ts',
    target: 90,
    tests: [
      test('token/token-kind'),
      mutants('header-table'),
      test('kinds/kind'),
      test('keys/key-ring'),
      ...attacks('header', 'confusion'),
    ],
  },
  {
    path: 'engine/node.ts',
    target: 90,
    tests: [
      test('token/token-kind'),
      test('engine/round-trip'),
      test('engine/text'),
      test('keys/admit-key'),
      ...attacks('key-lifetime'),
      test('engine/admission'),
      test('vectors/primitives'),
    ],
  },
  {
    path: 'keys/key-material.ts',
    target: 90,
    tests: [test('keys/admit-key'), mutants('keys'), test('engine/admission'), ...attacks('key-admission')],
  },
  {
    path: 'keys/key-strength.ts',
    target: 90,
    tests: [test('keys/admit-key'), mutants('keys'), ...attacks('key-admission', 'key-lifetime')],
  },
  {
    path: 'keys/admit-key.ts',
    target: 90,
    tests: [
      test('keys/admit-key'),
      mutants('keys'),
      mutants('key-ring-later'),
      test('engine/admission'),
      ...attacks('key-admission'),
    ],
  },
  {
    path: 'keys/key-ring.ts',
    target: 90,
    tests: [
      test('keys/key-ring'),
      mutants('keys'),
      ...attacks('key-admission', 'confusion'),
      mutants('key-ring-later'),
      test('engine/core-on-jose'),
    ],
  },
  {
    path: 'keys/key-text.ts',
    target: 90,
    tests: [test('keys/admit-key'), ...attacks('key-text'), mutants('keys')],
  },
  {
    path: 'keys/crypto-key.ts',
    target: 90,
    tests: [test('keys/admit-key'), mutants('keys'), test('engine/admission')],
  },
  {
    path: 'verifier/foreign-token.ts',
    target: 90,
    tests: [
      test('verifier/create-verifier'),
      ...attacks('header', 'claims', 'signature'),
      test('verifier/several-issuers'),
      mutants('foreign-token'),
      ...attacks('confusion'),
    ],
  },
  {
    path: 'verifier/key-source.ts',
    target: 90,
    tests: [
      test('verifier/create-verifier'),
      ...attacks('confusion', 'key-admission'),
      mutants('key-ring-later'),
      test('verifier/several-issuers'),
    ],
  },
];
