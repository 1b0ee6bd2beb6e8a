/** What docs/observability.md and the README show has to run, and their tables have to name what there is. */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { Auth, AuthErrorCode, AuthEvent, AuthEventName } from '@tokenpair/core';
import { type AuditRecord, toAuditRecord } from '@tokenpair/core/audit';
import { expect, it, onTestFinished } from 'vitest';
import { COUNTERS } from '../src/readings.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const text = readFileSync(join(ROOT, 'docs/observability.md'), 'utf8');
const readme = readFileSync(join(ROOT, 'packages/otel/README.md'), 'utf8');

interface Page {
  start(reader: unknown, write: (line: AuditRecord) => void): Promise<{ auth: Auth; stop(): void }>;
}

it('the page on observability: its program measures and keeps an audit log', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  onTestFinished(() => reader.shutdown());
  const lines: AuditRecord[] = [];

  const { auth, stop } = await (await load<Page>(text)).start(reader, (line) => lines.push(line));
  const { refresh } = await auth.sessions.issue({ subject: '1' });
  await auth.logout(String(refresh));
  stop();
  await auth.sessions.issue({ subject: '1' });

  expect(lines.map(({ event }) => event)).toEqual(['authn_login_success', 'session_expired']);
  await reader.forceFlush();
  const metrics = exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((one) => one.metrics));
  expect(metrics.map(({ descriptor }) => descriptor.name).sort()).toEqual([
    'tokenpair.logins',
    'tokenpair.revocations',
    'tokenpair.store.operation.duration',
    'tokenpair.store.warnings',
  ]);
});

it('the page on observability: its table has the word of every event', () => {
  const rows = [...text.matchAll(/^\| (`[a-z]+\.[a-z_]+`[^|]*) \| ([^|]+) \| ([A-Z]*) ?\|$/gm)];
  const cases = rows.flatMap(([, events = '', word = '', severity = '']) =>
    casesIn(events).map((one) => ({
      ...one,
      word: /^`(\w+)`/.exec(word)?.[1],
      severity: severity || undefined,
    })),
  );
  expect(new Set(cases.map(({ name }) => name)).size).toBe(13);
  for (const { name, code, word, severity } of cases) {
    const record = toAuditRecord({ name, at: 0, code } as AuthEvent);
    expect([name, code, record?.event, record?.severity]).toEqual([name, code, word, severity]);
  }
});

it('the README of otel: its program runs', async () => {
  await expect(load(readme)).resolves.toBeDefined();
});

it('the README of otel: its table has every counter with its unit', () => {
  for (const [name, [unit]] of Object.entries(COUNTERS))
    expect(readme).toContain(`| \`${name}\` | counter, \`${unit}\` |`);
});

/** Of a cell: events, each perhaps with the code that makes the difference. */
function casesIn(cell: string): { name: AuthEventName; code: AuthErrorCode | undefined }[] {
  const found = cell.matchAll(/`([a-z]+\.[a-z_]+)`(?:, code `(\w+)`)?/g);
  return [...found].map(([, name, code]) => ({
    name: name as AuthEventName,
    code: code as AuthErrorCode | undefined,
  }));
}

/** Runs the first program of a page as a file of its own. */
async function load<Exports>(page: string): Promise<Exports> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenpair-page-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const [first = ''] = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
  const file = join(folder, 'program.ts');
  writeFileSync(file, first);
  return (await import(file)) as Exports;
}
