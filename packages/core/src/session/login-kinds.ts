import type { ClaimsReader } from '../claims/claims-reader.ts';
import type { ResolvedAuthOptions } from '../config/resolve-auth-options.ts';
import type { ClaimRules } from '../token/claims.ts';
import type { HeaderTable } from '../token/header-table.ts';
import { createTokenKind, type TokenKind } from '../token/token-kind.ts';

/** What a token is verified as: to pass a guard, and to be renewed. */
export interface LoginKinds {
  readonly access: TokenKind;
  readonly refresh: TokenKind;
}

/** Two kinds of token; in sliding mode one kind, judged in two ways. */
export function createLoginKinds(
  options: ResolvedAuthOptions,
  headers: HeaderTable,
  read: ClaimsReader['read'],
): LoginKinds {
  const { clock, keys } = options;
  const [access, refresh] = [accessRules(options), refreshRules(options)];
  if (options.mode === 'sliding') {
    const kind = { typ: 'sl+jwt', keys, headers, clock };
    return {
      access: createTokenKind({ ...kind, read, rules: { ...access, integers: ['gen', 'refresh_exp'] } }),
      refresh: createTokenKind({
        ...kind,
        rules: { ...refresh, integers: ['gen', 'exp', 'refresh_exp'], endClaim: 'refresh_exp' },
      }),
    };
  }
  return {
    access: createTokenKind({ typ: 'at+jwt', keys, rules: access, headers, clock, read }),
    refresh: createTokenKind({ typ: 'rt+jwt', keys: options.refresh.keys, rules: refresh, headers, clock }),
  };
}

function accessRules(options: ResolvedAuthOptions): ClaimRules {
  const { access, audience, requiredClaims } = options;
  const required = [...REQUIRED_CLAIMS, ...requiredClaims];
  return {
    ...commonRules(options),
    audiences: [audience],
    maxLife: wholeSeconds(access.maxLife),
    integers: [],
    required,
  };
}

/** The audience of a refresh token is the issuer itself: no API takes it. */
function refreshRules(options: ResolvedAuthOptions): ClaimRules {
  return {
    ...commonRules(options),
    audiences: [options.issuer],
    maxLife: wholeSeconds(options.refresh.maxLife),
    integers: ['gen'],
  };
}

/** Rounded up: a life of 1.5 s that is cut to whole seconds at both ends can span 2. */
function wholeSeconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

const REQUIRED_CLAIMS: readonly string[] = Object.freeze(['iss', 'aud', 'sub', 'sid', 'jti', 'iat', 'exp']);

function commonRules({
  issuer,
  leeway,
  clockSkew,
}: ResolvedAuthOptions): Omit<ClaimRules, 'audiences' | 'maxLife' | 'integers'> {
  return {
    issuer,
    audienceClaim: 'aud',
    leeway: leeway / 1000,
    clockSkew: clockSkew / 1000,
    required: REQUIRED_CLAIMS,
  };
}
