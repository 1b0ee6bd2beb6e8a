// `node dist/nginx-conf.js > /etc/nginx/conf.d/tokenpair.conf`: nginx's configuration, filled in from the environment.
import { readFileSync, writeSync } from 'node:fs';
import process from 'node:process';
import { StartError } from '@tokenpair-examples/shared';
import { fillTemplate, NGINX_DEFAULTS } from './nginx/fill-template.ts';

const STDOUT = 1;
const STDERR = 2;

try {
  const template = readFileSync(new URL('../nginx/tokenpair.conf.template', import.meta.url), 'utf8');
  writeSync(STDOUT, fillTemplate(template, { ...NGINX_DEFAULTS, ...process.env }));
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  writeSync(STDERR, `${error.lines.join('\n')}\n`);
  process.exitCode = error.exitCode;
}
