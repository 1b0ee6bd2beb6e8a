import type { Algorithm } from '@tokenpair/core';
import { createKeysFile } from '../keys/keys-file.ts';
import { makeJwk } from '../keys/make-jwk.ts';
import { algOption, keysFileOf, withKeysFile } from '../keys/options.ts';
import { readRing } from '../keys/read-ring.ts';
import { type AddCommand, leaf } from '../run/act.ts';
import type { Outcome } from '../run/outcome.ts';

interface Options {
  readonly keys?: string;
  readonly alg: Algorithm;
}

export const addKeysGenerate: AddCommand = (parent, act) => {
  withKeysFile(
    leaf(parent, 'generate', 'make a keys file with a new key; a file that is there stays as it is'),
  )
    .addOption(algOption('what the key signs with').default('ES256'))
    .action((options: Options) => act(({ io }) => generate(keysFileOf(options, io), options.alg)));
};

async function generate(file: string, alg: Algorithm): Promise<Outcome> {
  const jwk = makeJwk(alg);
  const { keys } = await readRing([jwk], file);
  createKeysFile(file, [jwk]);
  const kid = String(keys[0]?.kid);
  return {
    ok: true,
    data: { file, kid, alg },
    lines: () => [`${file}: a new key for ${alg}, ${kid}; only its owner may read it`],
  };
}
