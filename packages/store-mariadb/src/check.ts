import type { StoreWarning } from '@tokenpair/core/store';
import type { Query } from './driver.ts';
import { decodeWord } from './literals.ts';

const VARIABLES = [
  'innodb_flush_log_at_trx_commit',
  'innodb_doublewrite',
  'sync_binlog',
  'rpl_semi_sync_master_enabled',
  'wsrep_on',
  'wsrep_sync_wait',
];

/** Asks for the settings that durability depends on, and judges them. */
export async function warningsOf(query: Query): Promise<StoreWarning[]> {
  const names = VARIABLES.map((name) => `'${name}'`).join(', ');
  const rows = await query(`SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names})`);
  const replicas = await query("SHOW GLOBAL STATUS LIKE 'Slaves_connected'");
  const settings = new Map(rows.map(([name, value]) => [decodeWord(name), decodeWord(value)]));
  const hasReplicas = Number(decodeWord(replicas[0]?.[1])) > 0;
  return [...durabilityOf(settings), ...replicationOf(settings, hasReplicas)];
}

function* durabilityOf(settings: ReadonlyMap<string, string>): Generator<StoreWarning> {
  const flush = settings.get('innodb_flush_log_at_trx_commit');
  if (flush !== '1' && flush !== '3') {
    yield {
      code: 'not_durable',
      detail:
        'innodb_flush_log_at_trx_commit is not 1, so a crash can lose what was acknowledged; set innodb_flush_log_at_trx_commit = 1.',
    };
  }
  if (settings.get('innodb_doublewrite') === 'OFF') {
    yield {
      code: 'not_durable',
      detail:
        'innodb_doublewrite is off, so a crash of the machine can damage tables; set innodb_doublewrite = ON.',
    };
  }
}

function* replicationOf(
  settings: ReadonlyMap<string, string>,
  hasReplicas: boolean,
): Generator<StoreWarning> {
  if (hasReplicas && settings.get('rpl_semi_sync_master_enabled') !== 'ON') {
    yield {
      code: 'replication',
      detail:
        'Replicas are attached and no commit waits for one, so a failover can lose logouts; set rpl_semi_sync_master_enabled = ON.',
    };
  }
  if (settings.get('wsrep_on') === 'ON' && settings.get('wsrep_sync_wait') === '0') {
    yield {
      code: 'replication',
      detail:
        'The server is a node of a Galera cluster that answers before it has applied what others wrote; set wsrep_sync_wait = 1.',
    };
  }
}
