/** What the stores here ask of a key-value service: the part that etcd, Consul and others of their kind have in common. */
export interface KeyValue {
  /** The value and its version; strongly consistent. */
  get(key: string): Promise<{ readonly value: string; readonly version: number } | undefined>;
  /**
   * Writes only where the version is still the one that was read, 0 for a key that is not there; `false` where it is not.
   * The service may drop the key after `keepUntil`, in ms since the epoch.
   */
  put(key: string, value: string, version: number, keepUntil: number): Promise<boolean>;
}
