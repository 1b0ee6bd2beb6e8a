// The production example's cluster with workers that authenticate nobody: what npm run production:load compares with.
import { fileURLToPath } from 'node:url';
import { runCluster } from '../../examples/production/src/cluster/run-cluster.ts';

await runCluster(fileURLToPath(new URL('./open-worker.ts', import.meta.url)));
