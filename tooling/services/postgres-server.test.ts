import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { Client } from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { type PostgresServer, type PostgresServerOptions, startPostgres } from './postgres-server.ts';
import { serviceTest } from './service-test.ts';

serviceTest('postgres')('startPostgres', (program) => {
  it('gives a server that answers, with fsync on and room for 200 connections', async () => {
    const server = await started({ program });
    expect(await ask(server, "SELECT current_setting('fsync') AS answer")).toBe('on');
    expect(await ask(server, "SELECT current_setting('max_connections') AS answer")).toBe('200');
  });

  it('takes settings', async () => {
    const server = await started({ program, settings: { fsync: 'off', synchronous_commit: 'off' } });
    expect(await ask(server, "SELECT current_setting('fsync') AS answer")).toBe('off');
    expect(await ask(server, "SELECT current_setting('synchronous_commit') AS answer")).toBe('off');
  });

  it('closes the port when it is killed, and recovers what was committed when it starts again', async () => {
    const server = await started({ program });
    const first = server.pid;
    await ask(server, 'CREATE TABLE kept (answer text)');
    await ask(server, "INSERT INTO kept VALUES ('kept') RETURNING answer");
    await server.kill();
    expect(await refuses(server.port)).toBe(true);
    await server.restart();
    expect(server.pid).not.toBe(first);
    expect(await ask(server, 'SELECT answer FROM kept')).toBe('kept');
  });

  it('restarts while a connection is open', async () => {
    const server = await started({ program });
    const client = await connect(server);
    await server.restart();
    await expect(client.query('SELECT 1')).rejects.toThrow();
    expect(await ask(server, 'SELECT 1 AS answer')).toBe(1);
  });

  it('leaves no process and no folder behind when it is stopped, twice or after a kill', async () => {
    const server = await started({ program });
    const { pid, folder } = server;
    await server.kill();
    await server.restart();
    await server.stop();
    await server.stop();
    expect(existsSync(folder)).toBe(false);
    expect(() => process.kill(pid, 0)).toThrow();
    expect(await refuses(server.port)).toBe(true);
  });

  it('rejects with what the server said when it cannot start', async () => {
    const call = startPostgres({ program, settings: { no_such_setting: '1' } });
    await expect(call).rejects.toThrow(/no_such_setting/);
  });
});

it('rejects when there is no such program', async () => {
  await expect(startPostgres({ program: '/nowhere/postgres' })).rejects.toThrow(/nowhere|not start/);
});

async function started(options: PostgresServerOptions): Promise<PostgresServer> {
  const server = await startPostgres(options);
  onTestFinished(() => server.stop());
  return server;
}

async function connect(server: PostgresServer): Promise<Client> {
  const client = new Client({ connectionString: server.url });
  client.on('error', () => {}); // the tests kill the server under it
  await client.connect();
  return client;
}

async function ask(server: PostgresServer, sql: string): Promise<unknown> {
  const client = await connect(server);
  try {
    return (await client.query<{ answer: unknown }>(sql)).rows[0]?.answer;
  } finally {
    await client.end();
  }
}

function refuses(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
      .on('connect', () => resolve(false))
      .on('error', () => resolve(true));
    onTestFinished(() => void socket.destroy());
  });
}
