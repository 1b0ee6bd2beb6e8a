/**
 * Core's own way of reading bodies and writing answers, for an app's routes that shall look like the token endpoints.
 *
 * @module
 */
export { type AuthAnswer, errorAnswer, jsonAnswer } from './http/answer.ts';
export { basicClients } from './http/basic-clients.ts';
export { clientOf } from './http/client-of.ts';
export type { AuthRequest, AuthResponse, HeaderLine, RequestBody } from './http/messages.ts';
export { type Fields, readFields, requireText } from './http/read-fields.ts';
