const SECRET_NAME = /token|access|refresh|jwt|bearer|auth|password|secret|code|csrf/i;
/** A compact JWS, whose header is base64url of JSON and so begins with `ey`, or as long a run of its letters as only a part of one is. */
const TOKEN = /ey[\w-]{6,}\.[\w.-]+|[\w-]{40,}/g;
const ASCII = /%([2-7][\da-f])/gi;
const LONGEST = 1_024;

/** A request's path and query, fit for a log: no token, and no value of a parameter that is named like one. */
export function maskUrl(url: string): string {
  // Cut before anything is looked for in it, so that a long URL costs no more than a short one.
  const [path = '', ...rest] = url.slice(0, LONGEST).split('?');
  const query = rest.join('?');
  return mask(path) + (query === '' ? '' : `?${query.split('&').map(maskParameter).join('&')}`);
}

function maskParameter(parameter: string): string {
  const [name = '', ...value] = parameter.split('=');
  if (value.length === 0) return mask(name);
  return SECRET_NAME.test(decode(name)) ? `${mask(name)}=***` : `${mask(name)}=${mask(value.join('='))}`;
}

/** Percent-encoding may hide a token; where it is malformed, the rest of it still does. */
function mask(text: string): string {
  const decoded = decode(text);
  return decoded.search(TOKEN) === -1 ? text : decoded.replace(TOKEN, '***');
}

/** All that names and tokens are made of is ASCII. */
function decode(text: string): string {
  return text.replace(ASCII, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
