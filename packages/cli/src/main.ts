#!/usr/bin/env node
import process from 'node:process';
import { processIo } from './run/process-io.ts';
import { runCli } from './run/run-cli.ts';

// Whoever reads the output may have had enough of it: `tokenpair … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = await runCli(process.argv.slice(2), processIo());
