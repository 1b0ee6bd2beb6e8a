#!/usr/bin/env node
import process from 'node:process';
import { processIo } from './run/process-io.ts';
import { runCli } from './run/run-cli.ts';

// Whoever reads the output may have had enough of it: `tokenpair … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
const code = await runCli(process.argv.slice(2), processIo());
// A configuration that is a module may have opened what keeps the process alive; what was printed goes out first.
process.stdout.write('', () => process.exit(code));
