import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type ProxyFaults, startProxy } from './proxy.ts';

async function startEcho(prefix = ''): Promise<{ port: number; seen: string[] }> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      seen.push(String(data));
      socket.write(`${prefix}${data}`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, seen };
}

async function start(targetPort: number, faults: ProxyFaults = {}) {
  const proxy = await startProxy({ targetPort, random: () => 0.5, faults });
  onTestFinished(() => proxy.close());
  return proxy;
}

function connect(port: number): {
  socket: Socket;
  said: () => string;
  says: (text: string) => Promise<void>;
} {
  const socket = createConnection({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  let heard = '';
  socket.on('data', (data) => {
    heard += String(data);
  });
  const says = async (text: string): Promise<void> => {
    await expect.poll(() => heard, { interval: 5 }).toBe(text);
  };
  return { socket, said: () => heard, says };
}

it('hands on what both sides say, in order', async () => {
  const echo = await startEcho();
  const { port } = await start(echo.port, { delay: { chance: 0.6, upToMs: 10 } });
  const client = connect(port);
  for (const part of ['a', 'b', 'c']) client.socket.write(part);
  await client.says('abc');
});

it('holds answers back while requests arrive, and lets them go', async () => {
  const echo = await startEcho();
  const proxy = await start(echo.port);
  const client = connect(proxy.port);
  proxy.hold('answers');
  client.socket.write('a');
  await expect.poll(() => echo.seen).toEqual(['a']);
  expect(client.said()).toBe('');
  proxy.release();
  await client.says('a');
});

it('holds everything back', async () => {
  const echo = await startEcho();
  const proxy = await start(echo.port);
  const client = connect(proxy.port);
  proxy.hold('everything');
  client.socket.write('a');
  await once(client.socket, 'connect');
  expect(echo.seen).toEqual([]);
  proxy.release();
  await client.says('a');
});

it('cuts a connection instead of handing on', async () => {
  const echo = await startEcho();
  const proxy = await start(echo.port, { cut: { chance: 0.6 } });
  const client = connect(proxy.port);
  client.socket.write('a');
  await once(client.socket, 'close');
  expect(echo.seen).toEqual([]);
  expect(proxy.counts.cuts).toBe(1);
});

it('points new connections at another server and cuts the open ones', async () => {
  const [first, second] = [await startEcho('1'), await startEcho('2')];
  const proxy = await start(first.port);
  const before = connect(proxy.port);
  before.socket.write('a');
  await before.says('1a');
  proxy.pointAt(second.port);
  await once(before.socket, 'close');
  const after = connect(proxy.port);
  after.socket.write('a');
  await after.says('2a');
});

it('ends the connection of a client whose server is not there', async () => {
  const proxy = await start(1);
  const client = connect(proxy.port);
  await once(client.socket, 'close');
  expect(proxy.counts.connections).toBe(1);
});
