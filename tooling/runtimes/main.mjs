// The suite on a runtime that has Node's modules (Node, Bun, Deno): fixtures come on standard input, the results leave on
// standard output as one line of JSON.
import process from 'node:process';
import { runSuite, watchUnhandled } from './suite/run-suite.mjs';

const unhandled = watchUnhandled();
let input = '';
for await (const chunk of process.stdin) input += chunk;
const { results, tokens } = await runSuite(JSON.parse(input), unhandled);
const version = globalThis.Bun?.version ?? globalThis.Deno?.version.deno ?? process.versions.node;
console.log(JSON.stringify({ version, results, tokens }));
