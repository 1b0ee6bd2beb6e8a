import { readKeysFile } from '../keys/keys-file.ts';
import { keysFileOf, withKeysFile } from '../keys/options.ts';
import { readRing } from '../keys/read-ring.ts';
import { type AddCommand, leaf } from '../run/act.ts';
import type { Outcome } from '../run/outcome.ts';
import { jsonText } from '../text/printable.ts';

export const addKeysJwks: AddCommand = (parent, act) => {
  withKeysFile(leaf(parent, 'jwks', 'print the public keys as a JWK set; secrets are never in it')).action(
    (options: { readonly keys?: string }) => act(({ io }) => jwks(keysFileOf(options, io))),
  );
};

async function jwks(file: string): Promise<Outcome> {
  const { jwks: published } = await readRing(readKeysFile(file), file);
  return { ok: true, data: published, lines: () => [jsonText(published)] };
}
