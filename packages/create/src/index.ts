/**
 * What `npm create tokenpair` runs, for a program: makes a small app that logs people in with Tokenpair.
 *
 * @module
 */
export { type Created, createApp } from './create-app.ts';
export { addOptions } from './options.ts';
export { type Ask, terminalAsk } from './plan/ask.ts';
export type { Framework, Store, Transport } from './plan/choices.ts';
export type { Given, Plan } from './plan/make-plan.ts';
export { Refusal, WrongUse } from './run/errors.ts';
