import type { StoreWarning } from '@tokenpair/core/store';
import type { Connection } from './connection.ts';
import type { ResolvedRedisStoreOptions } from './options.ts';

/** What one server says of itself; a setting that it does not let the store read is absent. */
interface ServerSettings {
  readonly maxmemory?: string | undefined;
  readonly policy?: string | undefined;
  readonly appendonly?: string | undefined;
  readonly appendfsync?: string | undefined;
  readonly save?: string | undefined;
  readonly replicas?: string | undefined;
  readonly role?: string | undefined;
}

const UNREADABLE = 'cannot be read, since INFO or CONFIG GET is not allowed: make sure by other means that';

/** What the masters, as they are set up, cannot promise. Rejects where one does not answer. */
export async function checkServers(
  connection: Pick<Connection, 'askMasters'>,
  options: ResolvedRedisStoreOptions,
): Promise<readonly StoreWarning[]> {
  const servers = await readSettings(connection);
  if (servers.length === 0) throw new Error('The client knows no master.');
  const warnings = servers.flatMap((server) => [
    ...evictionOf(server),
    ...durabilityOf(server),
    ...replicationOf(server, options),
  ]);
  return [...new Map(warnings.map((warning) => [warning.detail, warning])).values()];
}

function evictionOf({ maxmemory, policy }: ServerSettings): StoreWarning[] {
  const warn = (detail: string): StoreWarning[] => [{ code: 'eviction', detail }];
  if (maxmemory === '0' || policy === 'noeviction') return [];
  if (maxmemory === undefined || policy === undefined)
    return warn(`The setting maxmemory-policy ${UNREADABLE} it is noeviction.`);
  return warn(
    `There is a maxmemory and maxmemory-policy is ${policy}, which drops live sessions and tombstones when memory is full: set it to noeviction.`,
  );
}

function durabilityOf({ appendonly, appendfsync, save }: ServerSettings): StoreWarning[] {
  const warn = (detail: string): StoreWarning[] => [{ code: 'not_durable', detail }];
  if (appendonly === undefined) return warn(`The setting appendonly ${UNREADABLE} it is yes.`);
  if (appendonly !== 'yes') return warn(`The setting appendonly is no, ${lostWithout(save)}: set it to yes.`);
  if (appendfsync === undefined)
    return warn(`The setting appendfsync ${UNREADABLE} it is everysec or always.`);
  if (appendfsync !== 'no') return [];
  return warn(
    'The setting appendfsync is no, so the end of the machine loses what it had not written yet: set it to everysec or always.',
  );
}

function lostWithout(save: string | undefined): string {
  if (save === '')
    return 'and there are no snapshots either, so a restart loses every session and every logout';
  return 'so a restart loses every login, rotation and logout since the last snapshot, if there is one';
}

function replicationOf(
  { replicas, role }: ServerSettings,
  { waitReplicas }: ResolvedRedisStoreOptions,
): StoreWarning[] {
  const warn = (detail: string): StoreWarning[] => [{ code: 'replication', detail }];
  if (role !== undefined && role !== 'master')
    return warn('The server is a replica, which does not know of every logout: connect to the master.');
  if (waitReplicas > 0 || replicas === '0') return [];
  if (replicas === undefined)
    return warn(`The number of replicas ${UNREADABLE} there is none, or set waitReplicas.`);
  return warn(
    'Replicas are attached and waitReplicas is 0, so a failover can lose what was acknowledged: set waitReplicas to 1 or more.',
  );
}

/** By INFO where it is allowed, by CONFIG GET where that does not tell. */
async function readSettings(connection: Pick<Connection, 'askMasters'>): Promise<ServerSettings[]> {
  const config = async (name: string): Promise<(string | undefined)[]> =>
    (await ask(connection, ['CONFIG', 'GET', name])).map((reply) => settingIn(reply, name));
  const [infos, maxmemory, policy, appendonly, appendfsync, save] = await Promise.all([
    ask(connection, ['INFO']),
    config('maxmemory'),
    config('maxmemory-policy'),
    config('appendonly'),
    config('appendfsync'),
    config('save'),
  ]);
  return infos.map((reply, n) => {
    const info = linesOf(reply);
    return {
      maxmemory: info.get('maxmemory') ?? maxmemory[n],
      policy: info.get('maxmemory_policy') ?? policy[n],
      appendonly: info.has('aof_enabled') ? (info.get('aof_enabled') === '1' ? 'yes' : 'no') : appendonly[n],
      appendfsync: appendfsync[n],
      save: save[n],
      replicas: info.get('connected_slaves'),
      role: info.get('role'),
    };
  });
}

/** The replies of the masters, `undefined` where one forbids the command or does not have it. */
async function ask(
  { askMasters }: Pick<Connection, 'askMasters'>,
  command: readonly string[],
): Promise<unknown[]> {
  return (await askMasters(command)).map((outcome) => {
    if (outcome.status === 'fulfilled') return outcome.value;
    if (isForbidden(outcome.reason)) return undefined;
    throw outcome.reason;
  });
}

function isForbidden(error: unknown): boolean {
  return error instanceof Error && /^(NOPERM|ERR) /.test(error.message);
}

/** CONFIG GET answers a list, an object or a Map, by protocol and client. */
function settingIn(reply: unknown, name: string): string | undefined {
  if (Array.isArray(reply)) return reply[1] === undefined ? undefined : String(reply[1]);
  const entries = reply instanceof Map ? [...reply] : Object.entries(reply ?? {});
  const found = entries.find(([key]) => String(key) === name);
  return found && String(found[1]);
}

function linesOf(info: unknown): Map<string, string> {
  return new Map(
    String(info ?? '')
      .split('\r\n')
      .flatMap((line) => {
        const at = line.indexOf(':');
        return at > 0 ? [[line.slice(0, at), line.slice(at + 1)] as const] : [];
      }),
  );
}
