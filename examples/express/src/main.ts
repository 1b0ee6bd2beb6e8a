import process from 'node:process';
import { runService } from '@tokenpair-examples/shared';
import { createApp } from './app.ts';

await runService({ framework: 'Express', env: process.env, listener: createApp });
