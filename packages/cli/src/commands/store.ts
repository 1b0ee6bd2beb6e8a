import { type AddCommand, group } from '../run/act.ts';
import { addStoreCheck } from './store-check.ts';
import { addStoreMigrate } from './store-migrate.ts';

export const addStore: AddCommand = (parent, act) => {
  const store = group(
    parent,
    'store',
    'make the tables of a store, and look whether it keeps what it promises',
  );
  for (const add of [addStoreMigrate, addStoreCheck]) add(store, act);
};
