import type { StoreWarning } from '@tokenpair/core/store';
import type { Row } from './driver.ts';

/**
 * Judges the row of the `settings` statement. `synchronous_commit = off` is no warning: the store's own writes commit
 * synchronously all the same.
 */
export function warningsOf(row: Row): StoreWarning[] {
  const [fsync, fullPageWrites, synchronousCommit, synchronousStandbys, standbys] = row;
  const warnings: StoreWarning[] = [];
  if (fsync !== 'on') {
    warnings.push({
      code: 'not_durable',
      detail: 'fsync is off, so a crash of the machine can lose or damage everything; set fsync = on.',
    });
  }
  if (fullPageWrites !== 'on') {
    warnings.push({
      code: 'not_durable',
      detail:
        'full_page_writes is off, so a crash of the machine can damage tables; set full_page_writes = on.',
    });
  }
  if (synchronousStandbys === '' && standbys !== '0') {
    warnings.push({
      code: 'replication',
      detail:
        'Standbys are attached and none is synchronous, so a failover can lose logouts; set synchronous_standby_names.',
    });
  }
  if (synchronousStandbys !== '' && synchronousCommit === 'local') {
    warnings.push({
      code: 'replication',
      detail:
        'synchronous_commit is local, so a failover can lose logouts; set synchronous_commit = on for the role of the store.',
    });
  }
  return warnings;
}
