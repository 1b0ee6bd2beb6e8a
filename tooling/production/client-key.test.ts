import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../services/free-port.ts';
import { serviceTest } from '../services/service-test.ts';
import type { Child } from './child.ts';
import { startNginx } from './nginx-server.ts';

const TEMPLATE = new URL('../../examples/production/nginx/tokenpair.conf.template', import.meta.url);

serviceTest('nginx')('whom nginx counts where passwords are tried', () => {
  let folder: string;
  let nginx: Child | undefined;
  let origin: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tokenpair-clients-'));
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    const [map = ''] =
      /^map \$remote_addr \$tokenpair_client \{[\s\S]*?^\}$/m.exec(readFileSync(TEMPLATE, 'utf8')) ?? [];
    const server = `server {
      listen 127.0.0.1:${port};
      access_log off;
      set_real_ip_from 127.0.0.1;
      real_ip_header X-Address;
      default_type text/plain;
      return 200 $tokenpair_client;
    }`;
    nginx = await startNginx({ folder, conf: `${map}\n${server}\n`, port });
  }, 30_000);
  afterAll(async () => {
    await nginx?.stop('SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  });

  async function keyOf(address: string): Promise<string> {
    const answer = await fetch(origin, { headers: { 'x-address': address, connection: 'close' } });
    return Buffer.from(await answer.arrayBuffer()).toString('latin1');
  }

  const networks = [
    ['2001:db8:1:2', ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::', '2001:db8:1:2::6', '2001:db8:1:2:0:0:5:6']],
    ['2001:db8:1:0', ['2001:db8:1:0:3:4:5:6', '2001:db8:1::', '2001:db8:1::6', '2001:db8:1:0:0:4:5:6']],
    ['2001:db8:0:0', ['2001:db8::', '2001:DB8::1', '2001:db8::3:4:5:6', '2001:db8:0:0:1::']],
    ['2001:0:0:4', ['2001::4:5:6:7:8', '2001:0:0:4::', '2001:0:0:4:5::8', '2001:0:0:4:5:6:0:8']],
    ['2001:db8:0:2', ['2001:db8:0:2:3:4:5:6', '2001:db8:0:2::']],
    ['2001:0:0:0', ['2001::', '2001::5:6:7:8', '2001::1']],
  ] as const;

  it.each(networks)(
    'is the /64 of an IPv6 address, in whatever form it is written: %s',
    async (network, addresses) => {
      const keys = await Promise.all(addresses.map(keyOf));
      expect(new Set(keys)).toEqual(new Set([network]));
    },
  );

  it('is the whole of an IPv4 address', async () => {
    const addresses = ['203.0.113.7', '203.0.113.8', '::ffff:203.0.113.7', '::ffff:203.0.113.8'];
    const keys = await Promise.all(addresses.map(keyOf));
    expect(new Set(keys).size).toBe(addresses.length);
    expect(keys.slice(0, 2)).toEqual(['\xcb\x00\x71\x07', '\xcb\x00\x71\x08']);
  });
});
