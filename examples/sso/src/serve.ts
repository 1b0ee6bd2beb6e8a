import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import process from 'node:process';
import { SettingError } from './settings.ts';

/** A service, ready to listen. */
export interface Service {
  readonly name: string;
  /** Listens on the port that this names. */
  readonly url: string;
  readonly listener: RequestListener;
  close(): Promise<void> | void;
}

const STDOUT = 1;
const STDERR = 2;
/** Of a service that starts no better a second time (sysexits.h). */
const EX_CONFIG = 78;

/** Runs a service until SIGTERM or SIGINT; requests under way get their answers. What is wrong with the settings is told in one line, with exit code 78. */
export async function serve(start: () => Service | Promise<Service>): Promise<void> {
  try {
    await listen(await start());
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    writeSync(STDERR, `${error.message}\n`);
    process.exit(EX_CONFIG);
  }
}

async function listen({ close, listener, name, url }: Service): Promise<void> {
  const { hostname, port } = new URL(url);
  const server = createServer(listener).listen(Number(port) || 443, hostname);
  await once(server, 'listening');
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      server.close(async () => {
        await close();
        process.exit(0);
      });
    });
  process.once('disconnect', () => process.exit(0));
  writeSync(STDOUT, `${name} listens on ${url}\n`);
}
