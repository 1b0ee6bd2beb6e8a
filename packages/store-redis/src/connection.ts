/** A command and its arguments. */
export type Command = readonly string[];

/** A command with the key by which its server is found. */
export type KeyedCommand = readonly [key: string, command: Command];

/** What the store needs of a client, whichever it is. */
export interface Connection {
  /** Whether keys of several slots have to be asked for one by one. */
  readonly isCluster: boolean;
  /** Sends a command to the master that has the key. */
  send(key: string, command: Command): Promise<unknown>;
  /** Sends both to the master that has the key, on one connection and with nothing between them that could part them. */
  sendBoth(key: string, first: Command, second: Command): Promise<readonly [unknown, unknown]>;
  /** Sends many at once, each to the master that has its key, without taking up more than one connection to it. */
  sendAll(commands: readonly KeyedCommand[]): Promise<unknown[]>;
  publish(channel: string, text: string): Promise<unknown>;
  /** Sends a command to each master; what each answered, errors too. */
  askMasters(command: Command): Promise<PromiseSettledResult<unknown>[]>;
  /** Opens a connection of its own that listens. */
  subscribe(channels: readonly string[], events: SubscriberEvents): Subscriber;
}

/** What a subscriber tells. */
export interface SubscriberEvents {
  readonly onMessage: (channel: string, text: string) => void;
  /** The connection is gone and does not come back by itself; `close` is still to be called. */
  readonly onEnd: (cause?: unknown) => void;
}

/** A connection that listens. It keeps no process alive. */
export interface Subscriber {
  /** Resolves when the server has confirmed every channel. */
  readonly ready: Promise<void>;
  /** Closes the connection, whatever state it is in; idempotent. */
  close(): void;
}
