import type { RevocationListener, Watch } from '@tokenpair/core/store';
import { type FeedLink, openFeedLink } from './feed-link.ts';
import type { FeedSource } from './feed-source.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Watches the feed by one link at a time. A link that fails is followed by a new one, which reads everything in force before it hands on
 * anything; in between the listener hears nothing. Rejects when the first cannot be opened.
 */
export async function watchFeed(source: FeedSource, listener: RevocationListener): Promise<Watch> {
  let isClosed = false;
  let pause = FIRST_PAUSE_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const hear: RevocationListener = (revoked, asOf) => {
    if (isClosed) return;
    listener(revoked, asOf);
    pause = FIRST_PAUSE_MS;
  };

  async function reopen(): Promise<void> {
    try {
      link = await openFeedLink(source, hear, reopenLater);
      if (isClosed) link.close();
    } catch {
      reopenLater();
    }
  }

  function reopenLater(): void {
    if (isClosed) return;
    timer = setTimeout(reopen, pause * (0.5 + Math.random() / 2)); // jitter, so that watchers do not all come at once
    timer.unref();
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }

  let link: FeedLink = await openFeedLink(source, hear, reopenLater);

  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      link.close();
    },
  };
}
