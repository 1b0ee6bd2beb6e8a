import { createServer } from 'node:net';

/** Below the range from which systems take ports by themselves, for connections and for servers that leave the choice to them: a server that is down keeps its port. */
const [FIRST, LAST] = [20_000, 32_000] as const;

/**
 * A port that nobody has, for a server that takes it a little later. A port that the system has just chosen and that was given back would not do:
 * suites run side by side, and the next server of another one may be given it meanwhile.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)));
  });
}
