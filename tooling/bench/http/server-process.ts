// One server, in a process of its own: told over the channel what to serve, says on which port, and how much CPU it has used.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import type { ServerSetup } from './setup.ts';

type Listen = (setup: ServerSetup) => Promise<Server>;

const FRAMEWORKS: Readonly<Record<ServerSetup['framework'], () => Promise<Listen>>> = {
  express: async () => (await import('./express-app.mjs')).listen,
  koa: async () => (await import('./koa-app.mjs')).listen,
  fastify: async () => (await import('./fastify-app.mjs')).listen,
};

process.once('message', async (setup: ServerSetup) => {
  const listen = await FRAMEWORKS[setup.framework]();
  const server = await listen(setup);
  const { port } = server.address() as AddressInfo;
  process.on('message', () => process.send?.(process.cpuUsage()));
  process.send?.({ port });
});
// It ends with whoever started it.
process.on('disconnect', () => process.exit(0));
