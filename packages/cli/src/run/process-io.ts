import process from 'node:process';
import { text } from 'node:stream/consumers';
import type { Io } from './io.ts';

/** The process that this is. */
export function processIo(): Io {
  return {
    env: process.env,
    outIsTerminal: process.stdout.isTTY === true,
    errIsTerminal: process.stderr.isTTY === true,
    out: (line) => void process.stdout.write(line),
    err: (line) => void process.stderr.write(line),
    readStdin: () => text(process.stdin),
    now: Date.now,
  };
}
