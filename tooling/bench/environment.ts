import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, type } from 'node:os';
import process from 'node:process';

/** Where figures come from: they mean nothing without it. */
export interface Environment {
  readonly node: string;
  readonly openssl: string;
  readonly system: string;
  readonly cpu: string;
  readonly cores: number;
  /** How busy the machine was with other things when the run began: the load average of the last minute. */
  readonly load: number;
  /** Of Tokenpair and of what stands beside it. */
  readonly versions: Readonly<Record<string, string>>;
}

export function readEnvironment(): Environment {
  return {
    node: process.versions.node,
    openssl: process.versions.openssl,
    system: `${type()} ${release()} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    load: loadavg()[0] ?? 0,
    versions: readVersions(),
  };
}

function readVersions(): Record<string, string> {
  const own = readPackage('../../packages/core/package.json');
  const peers = readPackage('./package.json');
  return { '@tokenpair/core': own.version, ...peers.devDependencies };
}

function readPackage(path: string): { version: string; devDependencies: Record<string, string> } {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}
