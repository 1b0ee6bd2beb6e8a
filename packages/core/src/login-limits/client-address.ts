import { assertInteger, assertOptions, assertText, invalidValue } from '../config/check.ts';
import { headerValues } from '../http/headers.ts';
import { parseIpAddress } from './ip-address.ts';

const MAX_HOPS = 16;

export interface ClientAddressOptions {
  /** How many proxies of your own a request comes through, 0 to 16. Only what they wrote is believed. */
  readonly hops: number;
  /**
   * The header to which each of them adds the address that it got the request from.
   *
   * @default 'x-forwarded-for'
   */
  readonly header?: string;
}

/**
 * The address of the client, in its one spelling; `undefined` when it cannot be told. `headers` are raw header lines (name, value, name, value
 * …) or `Headers`, `peer` is the address at the other end of the connection.
 */
export type ClientAddress = (
  headers: readonly string[] | Pick<Headers, 'get'>,
  peer: string | undefined,
) => string | undefined;

/**
 * Makes what tells a client's address behind a known number of proxies: for servers of `Request` and `Response`, where no framework does it.
 *
 * Each proxy adds an address on the right, so the client is the entry `hops` from there; whatever stands left of it the client wrote itself, and it is
 * not looked at. With fewer entries the leftmost counts, and without any the peer, as in Express, Koa and Fastify. An entry that is no address, such
 * as `unknown`, gives `undefined`, and never its neighbour. Ports, brackets and zones are taken off.
 *
 * > [!WARNING]
 * > The number has to be right, and every request has to come through the proxies: whoever reaches the server past one of them writes the entry that
 * > is believed.
 *
 * @throws `TypeError` with code `ERR_INVALID_ARG_TYPE` or `ERR_INVALID_ARG_VALUE` for a wrong or unknown option.
 * @example
 * import { clientAddress } from '@tokenpair/core/login-limits';
 *
 * const addressOf = clientAddress({ hops: 1 });
 * addressOf(['X-Forwarded-For', '10.0.0.1, 203.0.113.7'], '127.0.0.1'); // '203.0.113.7'
 */
export function clientAddress(options: ClientAddressOptions): ClientAddress {
  const { header, hops } = resolve(options);
  return (headers, peer) => {
    const entries = hops === 0 ? [] : entriesOf(headers, header);
    const entry = entries.length === 0 ? peer : entries[Math.max(0, entries.length - hops)];
    return entry === undefined ? undefined : parseIpAddress(entry)?.text;
  };
}

function resolve(options: ClientAddressOptions): Required<ClientAddressOptions> {
  assertOptions(options, 'options', ['hops', 'header']);
  const { hops, header = 'x-forwarded-for' } = options;
  assertInteger(hops, 'options.hops', 0, MAX_HOPS);
  assertText(header, 'options.header');
  const name = header.toLowerCase();
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw invalidValue('options.header must be the name of a header');
  if (name === 'forwarded')
    throw invalidValue('options.header cannot be "forwarded": its values are no plain addresses');
  return { hops, header: name };
}

/** From left to right, over all lines of the header; the empty ones too, since they hold a place. */
function entriesOf(headers: readonly string[] | Pick<Headers, 'get'>, header: string): readonly string[] {
  const lines = 'get' in headers ? [headers.get(header) ?? []].flat() : headerValues(headers, header);
  return lines.flatMap((line) => line.split(',')).map((entry) => entry.trim());
}
