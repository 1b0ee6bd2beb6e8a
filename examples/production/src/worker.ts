import { createApp } from './worker/app.ts';
import { runWorker } from './worker/run-worker.ts';

await runWorker(createApp);
