import { isOpenToOthers, readKeysFile } from '../keys/keys-file.ts';
import { keysFileOf, withKeysFile } from '../keys/options.ts';
import { type RingKey, readRing } from '../keys/read-ring.ts';
import { markOf } from '../keys/rotation.ts';
import { type AddCommand, leaf } from '../run/act.ts';
import type { Outcome } from '../run/outcome.ts';
import { printable } from '../text/printable.ts';
import { table } from '../text/table.ts';
import { momentInWords } from '../text/words.ts';

export const addKeysList: AddCommand = (parent, act) => {
  withKeysFile(
    leaf(parent, 'list', 'show which keys there are, which one signs, and where a rotation stands'),
  ).action((options: { readonly keys?: string }) => act(({ io }) => list(keysFileOf(options, io), io.now())));
};

async function list(file: string, now: number): Promise<Outcome> {
  const { keys } = await readRing(readKeysFile(file), file);
  const open = isOpenToOthers(file);
  const listed = keys.map((key, at) => ({
    kid: key.kid,
    alg: key.alg,
    does: at === 0 && key.canSign ? 'signs' : 'verifies',
    private: key.canSign,
    ...rotationOf(key),
  }));
  return {
    ok: !open,
    data: { file, openToOthers: open, keys: listed },
    lines: (paint) => [
      ...table(
        keys.map((key, at) => [printable(key.kid), key.alg, listed[at]?.does ?? '', stateOf(key, now)]),
      ),
      ...(open ? [paint('red', 'others than its owner may read this file: chmod 600')] : []),
    ],
  };
}

function rotationOf(key: RingKey): { readonly rotation?: string; readonly since?: string } {
  const mark = markOf(key);
  return mark === undefined ? {} : { rotation: mark.is, since: mark.since };
}

function stateOf(key: RingKey, now: number): string {
  const mark = markOf(key);
  const state = mark === undefined ? [] : [`${mark.is}, ${momentInWords(Date.parse(mark.since), now)}`];
  return [...state, ...(key.canSign ? [] : ['public only'])].join('; ');
}
