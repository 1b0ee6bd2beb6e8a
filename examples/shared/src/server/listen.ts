import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Settings } from '../settings/settings.ts';
import { messageOf, StartError } from '../start-error.ts';

/** Starts to listen; the port it got. @throws StartError when it cannot */
export async function listen(
  server: Server,
  { host, port }: Pick<Settings, 'host' | 'port'>,
): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new StartError(reasonOf(error, host, port), { cause: error });
  }
  return (server.address() as AddressInfo).port;
}

function reasonOf(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `PORT ${port} on ${host} is taken by another program; set PORT to a free one`;
  if (code === 'EACCES') return `PORT ${port} on ${host} may not be used by this user`;
  return `HOST ${host} cannot be listened on: ${messageOf(error)}`;
}
