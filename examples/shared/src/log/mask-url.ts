const SECRET_NAME = /token|access|refresh|jwt|bearer|auth|password|secret|code|csrf/i;
/** Compact JWS: base64url of JSON that begins with `{"`, or with a space after the brace. */
const TOKEN = /\bey[\w-]{6,}\.[\w.-]+/g;
const LONGEST = 1_024;

/** A request's path and query, fit for a log: no token, and no value of a parameter that is named like one. */
export function maskUrl(url: string): string {
  // Cut before anything is looked for in it, so that a long URL costs no more than a short one.
  const [path = '', ...rest] = url.slice(0, LONGEST).split('?');
  const query = rest.join('?');
  const masked = mask(path) + (query === '' ? '' : `?${query.split('&').map(maskParameter).join('&')}`);
  return masked;
}

function maskParameter(parameter: string): string {
  const [name = '', ...value] = parameter.split('=');
  if (value.length === 0) return mask(name);
  return SECRET_NAME.test(decode(name)) ? `${mask(name)}=***` : `${mask(name)}=${mask(value.join('='))}`;
}

/** Percent-encoding may hide a token; text that cannot be decoded is not shown. */
function mask(text: string): string {
  const decoded = decode(text);
  return decoded.search(TOKEN) === -1 ? text : decoded.replace(TOKEN, '***');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
