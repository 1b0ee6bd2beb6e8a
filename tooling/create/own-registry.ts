import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import type { Tarball } from '../packages/pack.ts';
import { publishedWorkspaces } from '../packages/workspaces.ts';

/** Serves packed packages to npm as the registry of a scope, so that an app's package.json installs as it is. */
export interface OwnRegistry {
  readonly url: string;
  close(): void;
}

/** Starts it on 127.0.0.1. It knows the packages given, each in its one version, and nothing else. */
export async function startRegistry(tarballs: ReadonlyMap<string, Tarball>): Promise<OwnRegistry> {
  const manifests = new Map(publishedWorkspaces().map(({ manifest }) => [manifest.name, manifest]));
  let url = '';

  function documentOf(tarball: Tarball): object {
    const { name, version, file } = tarball;
    const integrity = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
    const dist = { tarball: `${url}/-/${basename(file)}`, integrity };
    return {
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { ...manifests.get(name), dist } },
    };
  }

  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1);
    const asked = [...tarballs.values()].find(({ file }) => path === `-/${basename(file)}`);
    const described = tarballs.get(path);
    if (asked !== undefined) response.end(readFileSync(asked.file));
    else if (described !== undefined) response.end(JSON.stringify(documentOf(described)));
    else response.writeHead(404).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
