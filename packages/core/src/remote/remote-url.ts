import { invalidType, invalidValue } from '../config/check.ts';

/**
 * The URL of another service: https, or http where that is allowed, without user, password and fragment. The messages show nothing of it: it may hold
 * a password or a key.
 *
 * @throws TypeError naming the option
 */
export function toRemoteUrl(value: unknown, name: string, allowHttp: boolean): string {
  if (typeof value !== 'string') throw invalidType(`${name} must be a string`);
  if (!URL.canParse(value)) throw invalidValue(`${name} must be an absolute URL`);
  const { protocol, username, password, hash, href } = new URL(value);
  if (protocol !== 'https:' && !(protocol === 'http:' && allowHttp)) {
    throw invalidValue(`${name} must be an https URL, or an http URL with allowHttp`);
  }
  if (`${username}${password}${hash}` !== '') {
    throw invalidValue(`${name} must have no user, no password and no fragment`);
  }
  return href;
}
