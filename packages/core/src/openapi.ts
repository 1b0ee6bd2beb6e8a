/**
 * The token endpoints as an OpenAPI document.
 *
 * @module
 */
export type { AuthShape } from './openapi/auth-shape.ts';
export { type OpenApiDocument, type OpenApiOptions, openApiDocument } from './openapi/open-api-document.ts';
