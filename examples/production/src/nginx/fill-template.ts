import { SettingsError } from '@tokenpair-examples/shared';

/** What the template takes where the environment does not say. */
export const NGINX_DEFAULTS: Readonly<Record<string, string>> = Object.freeze({
  HTTP_PORT: '80',
  HTTPS_PORT: '443',
  UPSTREAM: '127.0.0.1:8000',
  LOGS: '/var/log/nginx',
  ACME: '/var/www/acme',
  LOGIN_LIMIT: '30r/m',
  LOGIN_BURST: '10',
});

/** Nothing that could end a directive and begin another. */
const SAFE = /^[\w./:-]+$/;

/** Replaces every `${NAME}`; nginx's own variables have no braces and stay. @throws SettingsError with a line for every one that is missing or wrong */
export function fillTemplate(template: string, values: Readonly<Record<string, string | undefined>>): string {
  const faults = new Set<string>();
  const filled = template.replace(/\$\{([A-Z_]+)\}/g, (_, name: string) => {
    const value = values[name] ?? '';
    if (!SAFE.test(value)) faults.add(`${name} must be set, to letters, digits and ./:_- alone`);
    return value;
  });
  if (faults.size > 0) throw new SettingsError([...faults]);
  return filled;
}
