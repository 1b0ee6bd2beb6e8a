import type { ResolvedAuthOptions } from '../config/resolve-auth-options.ts';
import type { JsonObject } from '../json.ts';
import type { TokenRef } from '../store.ts';
import { beyondLife } from './revoke-mark.ts';

/** Names a verified token by its `jti`; dead when nobody can take it any more. A message about nobody is kept under `subject`. */
export function tokenRef(
  options: Pick<ResolvedAuthOptions, 'clockSkew' | 'storeTimeoutMs'>,
  { exp, jti, sub }: JsonObject,
  subject = '',
): TokenRef {
  return {
    id: String(jti),
    subject: typeof sub === 'string' ? sub : subject,
    expiresAt: Number(exp) * 1000 + beyondLife(options),
  };
}
