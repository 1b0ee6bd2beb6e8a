import process from 'node:process';
import { runService } from '@tokenpair-examples/shared';
import { createApp } from './app.ts';

await runService({
  framework: 'Koa',
  env: process.env,
  listener: (service) => {
    const handle = createApp(service).callback();
    return (request, response) => void handle(request, response);
  },
});
