import type { StoreWarning } from '@tokenpair/core/store';
import type { Query } from './driver.ts';
import { decodeWord } from './literals.ts';

const VARIABLES = ['innodb_flush_log_at_trx_commit', 'innodb_doublewrite', 'wsrep_on'];

/** Asks for the settings that durability depends on, and judges them. */
export async function warningsOf(query: Query): Promise<StoreWarning[]> {
  const names = VARIABLES.map((name) => `'${name}'`).join(', ');
  const rows = await query(`SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names})`);
  const states = await query(
    "SHOW GLOBAL STATUS WHERE Variable_name IN ('Slaves_connected', 'Rpl_semi_sync_master_status')",
  );
  const settings = new Map(
    [...rows, ...states].map(([name, value]) => [decodeWord(name), decodeWord(value)]),
  );
  return [...durabilityOf(settings), ...replicationOf(settings)];
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

function* replicationOf(settings: ReadonlyMap<string, string>): Generator<StoreWarning> {
  const hasReplicas = Number(settings.get('Slaves_connected')) > 0;
  if (hasReplicas && settings.get('Rpl_semi_sync_master_status') !== 'ON') {
    yield {
      code: 'replication',
      detail:
        'Replicas are attached and no commit waits for one, so a failover can lose logouts; set rpl_semi_sync_master_enabled = ON and a long rpl_semi_sync_master_timeout.',
    };
  }
  if (settings.get('wsrep_on') === 'ON') {
    yield {
      code: 'replication',
      detail:
        'The server is a node of a Galera cluster, whose locks end at the node: the limit of sessions and the feed hold where every process uses one node.',
    };
  }
}
