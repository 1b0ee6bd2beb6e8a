export { type StoreContractOptions, type StoreFixture, storeContract } from './store-contract.ts';
