/** What one tab tells the others. */
type News = 'signed-in' | 'signed-out';

const CHANNEL = 'tokenpair';

export interface Tabs {
  tell(news: News): void;
  /** Called with what another tab tells; never with what this one does. */
  listen(listener: (news: News) => void): void;
}

export function openTabs(): Tabs {
  const channel = new BroadcastChannel(CHANNEL);
  return {
    tell: (news) => channel.postMessage(news),
    listen: (listener) => channel.addEventListener('message', ({ data }) => listener(data)),
  };
}
