import { fileURLToPath } from 'node:url';
import { runCluster } from './cluster/run-cluster.ts';

await runCluster(fileURLToPath(new URL('./worker.js', import.meta.url)));
