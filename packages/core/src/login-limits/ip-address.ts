const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const GROUPS = 8;

/** An address in its one spelling: an IPv4-mapped IPv6 address is the IPv4 address, and a zone or port that came with it is gone. */
export interface IpAddress {
  readonly text: string;
  readonly version: 4 | 6;
  /** 4 or 16 numbers from 0 to 255. */
  readonly bytes: readonly number[];
}

/** Reads `192.0.2.7`, `192.0.2.7:443`, `2001:db8::7`, `[2001:db8::7]:443`, `fe80::7%eth0`; `undefined` for anything else. */
export function parseIpAddress(given: string): IpAddress | undefined {
  const text = withoutPort(given).replace(/%.*$/s, '');
  if (IPV4.test(text)) return fromIpv4(text.split('.').map(Number));
  if (!/^[\da-f:.]+$/i.test(text) || !URL.canParse(`http://[${text}]`)) return undefined;
  return fromIpv6(new URL(`http://[${text}]`).hostname.slice(1, -1));
}

/** The address with all bits but the first so many at 0, and their number. */
export function toNetwork({ bytes, version }: IpAddress, prefix: number): string {
  const kept = bytes.map((byte, index) => byte & (0xff00 >> Math.min(8, Math.max(0, prefix - index * 8))));
  const text =
    version === 4 ? kept.join('.') : kept.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${text}/${prefix}`;
}

function withoutPort(given: string): string {
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(given) ?? [];
  const [, dotted] = /^([\d.]+):\d{1,5}$/.exec(given) ?? [];
  return bracketed ?? dotted ?? given;
}

function fromIpv4(bytes: readonly number[]): IpAddress {
  return { text: bytes.join('.'), version: 4, bytes };
}

/** From the spelling of the URL standard: lower case, hexadecimal groups, one `::` at the most. */
function fromIpv6(text: string): IpAddress {
  const bytes = groupsOf(text).flatMap((group) => [group >> 8, group & 0xff]);
  const isMapped = bytes.slice(0, 12).join() === '0,0,0,0,0,0,0,0,0,0,255,255';
  return isMapped ? fromIpv4(bytes.slice(12)) : { text, version: 6, bytes };
}

function groupsOf(text: string): readonly number[] {
  const [head = [], tail = []] = text
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))));
  return [...head, ...new Array<number>(GROUPS - head.length - tail.length).fill(0), ...tail];
}
