import { assertOptions, invalidValue } from '../config/check.ts';
import { prefixPath } from '../config/prefix-path.ts';
import type { ResolvedAuthOptions } from '../config/resolve-auth-options.ts';
import { publicAnswer } from '../http/answer.ts';
import { type Handler, serveRoutes, type TokenRoutes } from '../http/serve-routes.ts';
import { toJwks } from '../keys/jwks.ts';

/** Where the token endpoints are to the outside. */
export interface MetadataOptions {
  /** The public path of the token endpoints below the issuer's host, such as `/api/token`; `/` where they are at the root. */
  readonly prefix: string;
}

/**
 * What an OAuth 2 client has to know of this service.
 *
 * @see RFC 8414 §2
 */
export interface AuthorizationServerMetadata {
  readonly issuer: string;
  readonly token_endpoint: string;
  /** Absent where tokens are signed with a secret. */
  readonly jwks_uri?: string;
  /** Empty: there is no authorization endpoint. */
  readonly response_types_supported: readonly string[];
  readonly grant_types_supported: readonly string[];
  readonly token_endpoint_auth_methods_supported: readonly string[];
  readonly revocation_endpoint: string;
  readonly revocation_endpoint_auth_methods_supported: readonly string[];
  readonly introspection_endpoint?: string;
  readonly introspection_endpoint_auth_methods_supported?: readonly string[];
}

const WELL_KNOWN = '/.well-known/oauth-authorization-server';
const MAX_AGE_SECONDS = 300;
const WITH_SECRET: readonly string[] = Object.freeze(['client_secret_basic', 'client_secret_post']);

/** @throws TypeError without a prefix, and for an auth that is no authorization server of RFC 8414 */
export function metadataOf(
  options: ResolvedAuthOptions,
  place: MetadataOptions,
): AuthorizationServerMetadata {
  const { authenticateClient, issuer, keys, login } = options;
  const base = baseOf(options, place);
  const hasClients = authenticateClient !== undefined;
  const methods = hasClients ? [...WITH_SECRET, 'none'] : ['none'];
  return {
    issuer,
    token_endpoint: `${base}/token`,
    ...(toJwks(keys).keys.length > 0 && { jwks_uri: `${base}/jwks` }),
    response_types_supported: [],
    grant_types_supported: login === undefined ? ['refresh_token'] : ['password', 'refresh_token'],
    token_endpoint_auth_methods_supported: methods,
    revocation_endpoint: `${base}/revoke`,
    revocation_endpoint_auth_methods_supported: methods,
    ...(hasClients && {
      introspection_endpoint: `${base}/introspect`,
      introspection_endpoint_auth_methods_supported: [...WITH_SECRET],
    }),
  };
}

/** Answers the one path where clients look for the metadata: below the host, with the issuer's own path behind it (RFC 8414 §3.1). */
export function createMetadataRoutes(options: ResolvedAuthOptions, place: MetadataOptions): TokenRoutes {
  baseOf(options, place);
  const path = WELL_KNOWN + withoutSlash(new URL(options.issuer).pathname);
  const get: Handler = async () => {
    await options.keys.ready;
    return publicAnswer(metadataOf(options, place), MAX_AGE_SECONDS);
  };
  const routes = new Map([[path, { methods: { GET: get, HEAD: get }, place: 'resource' as const }]]);
  return serveRoutes(routes, options.translate);
}

function baseOf({ issuer, wire }: ResolvedAuthOptions, place: MetadataOptions): string {
  if (wire !== 'oauth2') throw invalidValue("metadata goes with options.wire 'oauth2'");
  assertOptions(place, 'metadata', ['prefix']);
  if (!/^https?:\/\/[^?#]+$/.test(issuer) || !URL.canParse(issuer))
    throw invalidValue('metadata needs an issuer that is an https URL without query and fragment');
  return new URL(issuer).origin + prefixPath(place.prefix, 'metadata.prefix');
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
