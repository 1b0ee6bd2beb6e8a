#!/usr/bin/env node
import process from 'node:process';
import { terminalAsk } from './plan/ask.ts';
import { runCreate } from './run/run-create.ts';

const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
process.exitCode = await runCreate(process.argv.slice(2), {
  ask: isTerminal ? terminalAsk() : undefined,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
});
