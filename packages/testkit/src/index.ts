export { type FakeClock, fakeClock } from './fakes/fake-clock.ts';
export { type FakeJwks, type FakeJwksOptions, fakeJwks, type JwksFault } from './fakes/fake-jwks.ts';
export { type MintedTokens, type MintOptions, mintTokens } from './fakes/mint-tokens.ts';
export { type TestAuth, type TestAuthOptions, type TestUser, testAuth } from './fakes/test-auth.ts';
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
