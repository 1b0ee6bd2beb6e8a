import { type AddCommand, group } from '../run/act.ts';
import { addKeysGenerate } from './keys-generate.ts';
import { addKeysJwks } from './keys-jwks.ts';
import { addKeysList } from './keys-list.ts';
import { addKeysRotate } from './keys-rotate.ts';

export const addKeys: AddCommand = (parent, act) => {
  const keys = group(parent, 'keys', 'make, show and rotate the keys of a keys file');
  for (const add of [addKeysGenerate, addKeysRotate, addKeysList, addKeysJwks]) add(keys, act);
};
