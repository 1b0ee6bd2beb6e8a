/** A session as the service lists it. */
export interface Device {
  readonly id: string;
  /** ISO 8601. */
  readonly created_at: string;
  readonly last_used_at: string;
  readonly current: boolean;
  readonly label: string | null;
  readonly user_agent: string | null;
  readonly ip: string | null;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** Such as `5 minutes ago`. */
export function ago(iso: string, now: number = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  const [unit, size] = UNITS.find(([, least]) => seconds >= least) ?? [];
  return unit === undefined ? 'just now' : relative.format(-Math.floor(seconds / size), unit);
}
