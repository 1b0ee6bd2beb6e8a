export {
  type HttpContractOptions,
  type HttpServer,
  type HttpServerOptions,
  httpContract,
} from './http-contract.ts';
export {
  type FaultPlan,
  type FaultyStore,
  faultyStore,
  type StoreFault,
  type StoreMethod,
} from './store-contract/faulty-store.ts';
export { type StoreContractOptions, type StoreFixture, storeContract } from './store-contract.ts';
