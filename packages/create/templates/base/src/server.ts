import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Settings } from './settings.ts';
import { StartError } from './start-error.ts';

const LONGEST_MS = 10_000;
const LOOK_MS = 50;

/** The address it got. @throws StartError when it gets none */
export async function listen(server: Server, { host, port }: Settings): Promise<string> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`HOST and PORT: ${reason}`, { cause: error });
  }
  const { port: taken } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${taken}`;
}

/** No new connections; requests under way get their answers, for 10 s at most. */
export function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const look = setInterval(() => server.closeIdleConnections(), LOOK_MS);
    const deadline = setTimeout(() => server.closeAllConnections(), LONGEST_MS);
    server.close(() => {
      clearInterval(look);
      clearTimeout(deadline);
      resolve();
    });
  });
}
