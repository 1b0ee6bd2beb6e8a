// The suite as a Worker: fixtures come as the body of a request, the results leave as its answer.
import { runSuite, watchUnhandled } from './suite/run-suite.mjs';

const unhandled = watchUnhandled();

export default {
  async fetch(request) {
    return Response.json(await runSuite(await request.json(), unhandled));
  },
};
