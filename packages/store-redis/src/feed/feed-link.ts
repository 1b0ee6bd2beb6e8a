import { HEARTBEAT_MS, type Revocation, type RevocationListener } from '@tokenpair/core/store';
import { RedisStoreError } from '../errors.ts';
import { within } from '../within.ts';
import type { FeedMessage, FeedSource } from './feed-source.ts';
import { followBuckets } from './followed-buckets.ts';

/** One connection to the feed, from its making to its first fault. */
export interface FeedLink {
  close(): void;
}

/** How long a link may take until it has everything in force, in ms. */
const OPENING_MS = 5_000;
/** How often a link is proven, in ms: sooner than it has to be, since the proof takes its time. */
const BEAT_MS = 0.75 * HEARTBEAT_MS;
/** How long a proof may take, in ms. */
const PROOF_MS = 1_500;

/**
 * Opens a link: subscribes, then reads everything in force and hands it to the listener, then proves itself again and again. Proven
 * is: a message of its own, sent on the commands' connection, came back on the subscriber's, and the version of every bucket is the
 * one known. Nothing is handed on, not even what came, by a link whose last proof is too old. At the first fault it closes.
 *
 * @throws whatever made it impossible; nothing is left open then.
 */
export async function openFeedLink(
  source: FeedSource,
  listener: RevocationListener,
  onFault: () => void,
): Promise<FeedLink> {
  const echoChannel = `${source.channel}:${crypto.randomUUID()}`;
  let pending: Revocation[] = [];
  let provenAt = Number.NEGATIVE_INFINITY;
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onEcho: (() => void) | undefined;
  let tellFault: (cause: unknown) => void = () => undefined;

  const buckets = followBuckets(source, (entries) => {
    for (const entry of entries) pending.push(entry);
    if (performance.now() - provenAt <= HEARTBEAT_MS) handOn();
  });

  function handOn(): void {
    if (isOver) return;
    const entries = pending;
    pending = [];
    try {
      listener(entries, provenAt);
    } catch (error) {
      fail(error); // it has not got them: a new link reads everything again
    }
  }

  function close(): void {
    isOver = true;
    clearTimeout(timer);
    subscriber.close();
  }

  function fail(cause: unknown): void {
    if (isOver) return;
    close();
    tellFault(cause);
  }

  function onMessage(channel: string, text: string): void {
    if (isOver) return;
    if (channel === echoChannel) onEcho?.();
    else takeMessage(text).catch(fail);
  }

  /** The channel is open to everybody on the server: what is no message of ours is a reason to look, and no more. */
  async function takeMessage(text: string): Promise<void> {
    const message = messageIn(text);
    await (message === undefined ? buckets.compareAll() : buckets.take(message));
  }

  async function open(): Promise<void> {
    await within(OPENING_MS, subscriber.ready);
    await within(OPENING_MS, buckets.readAll());
    await within(PROOF_MS, prove());
  }

  async function prove(): Promise<void> {
    const startedAt = performance.now();
    const echoed = new Promise<void>((resolve) => {
      onEcho = resolve;
    });
    await Promise.all([
      source.connection.publish(echoChannel, 'echo'),
      source.assertMasters(),
      buckets.compareAll(),
      echoed,
    ]);
    provenAt = startedAt;
  }

  function beat(): void {
    handOn();
    if (isOver) return;
    timer = setTimeout(
      () => within(PROOF_MS, prove()).then(beat, fail),
      Math.max(0, provenAt + BEAT_MS - performance.now()),
    );
    timer.unref();
  }

  await within(PROOF_MS, source.readVersions([0])); // where commands do not go through, none is opened
  const subscriber = source.connection.subscribe([source.channel, echoChannel], { onMessage, onEnd: fail });
  const fault = new Promise<never>((_, reject) => {
    tellFault = (cause) => reject(new RedisStoreError('feed_unavailable', { cause }));
  });
  try {
    await Promise.race([fault, open()]);
  } catch (error) {
    close();
    throw error;
  }
  tellFault = onFault;
  beat();
  return { close };
}

function messageIn(text: string): FeedMessage | undefined {
  try {
    const message = JSON.parse(text) as Partial<FeedMessage> | null;
    const { bucket, before, version, entries } = message ?? {};
    const isOurs = Number.isInteger(bucket) && typeof before === 'string' && typeof version === 'string';
    return isOurs && (entries === null || Array.isArray(entries)) ? (message as FeedMessage) : undefined;
  } catch {
    return undefined;
  }
}
