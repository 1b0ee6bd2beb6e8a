/** Why the app cannot start, fit to be shown as it is. */
export class StartError extends Error {}
