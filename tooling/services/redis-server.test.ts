import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type RedisServer, startRedis, startRedisCluster } from './redis-server.ts';
import { serviceTest } from './service-test.ts';

serviceTest('redis-server')('a redis-server of a suite’s own', (program) => {
  it('answers, on this machine alone', async () => {
    const server = await started(program);
    expect(await tell(server, 'PING')).toBe('+PONG\r\n');
    expect(await tell(server, 'CONFIG GET bind')).toContain('\r\n127.0.0.1\r\n');
  });

  it('takes settings, which win over its own', async () => {
    const server = await started(program, ['--appendonly', 'no', '--maxmemory-policy', 'allkeys-lru']);
    expect(await tell(server, 'CONFIG GET appendonly')).toContain('\r\nno\r\n');
    expect(await tell(server, 'CONFIG GET maxmemory-policy')).toContain('allkeys-lru');
  });

  it('is killed and comes back on its port with what it had', async () => {
    const server = await started(program);
    const { port, pid } = server;
    await tell(server, 'SET kept yes');
    await server.kill();
    expect(isRunning(pid)).toBe(false);
    await server.restart();
    expect(server.port).toBe(port);
    expect(server.pid).not.toBe(pid);
    expect(await tell(server, 'GET kept')).toContain('yes');
  });

  it('leaves nothing behind when it is stopped, twice or after a kill', async () => {
    const server = await started(program);
    await server.kill();
    await server.stop();
    await server.stop();
    expect(existsSync(server.folder)).toBe(false);
    expect(isRunning(server.pid)).toBe(false);
  });

  it('says why it does not start', async () => {
    await expect(startRedis({ program, settings: ['--no-such-setting', '1'] })).rejects.toThrow(
      /no-such-setting/,
    );
  });

  it('ends when the process that started it is killed', async () => {
    const module = new URL('redis-server.ts', import.meta.url).href;
    const code = `const { startRedis } = await import(${JSON.stringify(module)});
      const { pid, folder } = await startRedis();
      console.log(JSON.stringify({ pid, folder }));
      setInterval(() => undefined, 1_000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [line] = await once(parent.stdout, 'data');
    const { pid, folder } = JSON.parse(String(line)) as { pid: number; folder: string };
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    expect(isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isRunning(pid), { timeout: 5_000 }).toBe(false);
  });

  it('makes a cluster that has every slot', async () => {
    const cluster = await startRedisCluster({ program });
    onTestFinished(() => cluster.stop());
    expect(new Set(cluster.ports).size).toBe(3);
    for (const server of cluster.servers) {
      const info = await tell(server, 'CLUSTER INFO');
      expect(info).toContain('cluster_state:ok');
      expect(info).toContain('cluster_slots_ok:16384');
      expect(info).toContain('cluster_known_nodes:3');
    }
    await cluster.stop();
    for (const { pid } of cluster.servers) expect(isRunning(pid)).toBe(false);
  });
});

async function started(program: string, settings: readonly string[] = []): Promise<RedisServer> {
  const server = await startRedis({ program, settings });
  onTestFinished(() => server.stop());
  return server;
}

async function tell({ port }: RedisServer, line: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  onTestFinished(() => void socket.destroy());
  socket.write(`${line}\r\n`);
  const [answer] = await once(socket, 'data');
  return String(answer);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
