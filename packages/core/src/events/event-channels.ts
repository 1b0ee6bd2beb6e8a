/**
 * The runtime's `diagnostics_channel`, where it has one: tools that watch a process can listen there without a hand on the auth.
 *
 * @see https://nodejs.org/api/diagnostics_channel.html
 * @module
 */

/** The part of a channel that is used. */
export interface EventChannel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

/** Finds the channel of an event by its name. */
export type FindChannel = (event: string) => EventChannel;

const PREFIX = 'tokenpair:';

/**
 * The channels of this runtime (Node, Deno, Bun); `undefined` elsewhere. Asked for at run time and not imported, since core runs where there are
 * no `node:` modules.
 */
export function findChannels(): FindChannel | undefined {
  const { process } = globalThis as unknown as { process?: ProcessLike };
  const diagnostics = process?.getBuiltinModule?.('node:diagnostics_channel');
  return diagnostics && ((event) => diagnostics.channel(PREFIX + event));
}

interface ProcessLike {
  getBuiltinModule?(id: string): { channel(name: string): EventChannel } | undefined;
}
