export interface ClockWatchOptions {
  /** ms since the epoch. @default Date.now */
  readonly wall?: () => number;
  /** ms that never go back. @default performance.now */
  readonly steady?: () => number;
  /** Called with how far the wall clock moved, in ms: forward when above 0. */
  readonly onJump: (byMs: number) => void;
}

const EVERY_MS = 1_000;
/** NTP slews by far less; half of what Tokenpair allows as leeway. */
const LEAST_MS = 2_500;

/**
 * Looks, at every call, whether the wall clock has moved against the monotonic one since the last call. Tokens are judged by the wall clock: after a
 * step forward they end early, after a step back they live on.
 */
export function createClockLook({
  onJump,
  steady = () => performance.now(),
  wall = Date.now,
}: ClockWatchOptions): () => void {
  let between = wall() - steady();
  return () => {
    const now = wall() - steady();
    if (Math.abs(now - between) >= LEAST_MS) onJump(Math.round(now - between));
    between = now;
  };
}

/** Looks every second; returns how to stop it. */
export function watchClock(options: ClockWatchOptions): () => void {
  const timer = setInterval(createClockLook(options), EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
