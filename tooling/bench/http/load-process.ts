// The load generator, in a process of its own: gets the tokens once, and then one order for load after the other.
import process from 'node:process';
import { sendLoad } from './client.ts';
import type { LoadOrder, TokenPools } from './orders.ts';

const CONNECTIONS = 64;
let pools: Readonly<Record<string, readonly Buffer[]>> = {};

process.on('message', async (message: TokenPools | LoadOrder) => {
  if ('pools' in message) {
    pools = Object.fromEntries(
      Object.entries(message.pools).map(([name, tokens]) => [name, tokens.map(toRequest)]),
    );
    process.send?.({ ready: true });
    return;
  }
  const { from, ms, pool, port, rate } = message;
  const requests = (pools[pool] ?? []).slice(from);
  try {
    const load = { port, ms, requests, connections: CONNECTIONS, ...(rate !== undefined && { rate }) };
    const before = process.cpuUsage();
    const report = await sendLoad(load);
    const { system, user } = process.cpuUsage(before);
    process.send?.({ ...report, busy: (system + user) / 1e6 / report.seconds });
  } catch (error) {
    process.send?.({ failed: String(error) });
  }
});
process.on('disconnect', () => process.exit(0));

function toRequest(token: Uint8Array): Buffer {
  const head = 'GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: application/json\r\n';
  return Buffer.from(
    `${head}Authorization: Bearer ${Buffer.from(token).toString('latin1')}\r\n\r\n`,
    'latin1',
  );
}
