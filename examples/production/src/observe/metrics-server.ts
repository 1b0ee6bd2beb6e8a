import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** For the monitoring of this machine alone: nginx does not know of it. */
const HOST = '127.0.0.1';
const TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export interface MetricsServer {
  readonly port: number;
  close(): void;
}

/** Serves `GET /metrics`. @throws what `listen` fails with */
export async function serveMetrics(port: number, text: () => Promise<string>): Promise<MetricsServer> {
  const server = createServer(async (request, response) => {
    if (request.url !== '/metrics') return response.writeHead(404).end();
    const body = await text().catch(() => undefined);
    if (body === undefined) return response.writeHead(503).end();
    return response.writeHead(200, { 'content-type': TYPE }).end(body);
  });
  server.listen(port, HOST);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
