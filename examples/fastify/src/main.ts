import process from 'node:process';
import { runService } from '@tokenpair-examples/shared';
import { createApp } from './app.ts';

await runService({
  framework: 'Fastify',
  env: process.env,
  listener: async (service) => {
    const app = await createApp(service);
    await app.ready();
    return (request, response) => void app.server.emit('request', request, response);
  },
});
