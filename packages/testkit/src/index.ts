export {
  type HttpContractOptions,
  type HttpServer,
  type HttpServerOptions,
  httpContract,
} from './http-contract.ts';
export { type StoreContractOptions, type StoreFixture, storeContract } from './store-contract.ts';
