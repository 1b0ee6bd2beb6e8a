/** A user as the table has it. */
export interface UserRow {
  readonly id: number;
  readonly hash: string;
  readonly scope: string;
  /** Changes with the password, and ends the sessions that were opened with the old one. */
  readonly epoch: string;
}

/** What the app asks of the table. Ids are never used again, or a new user would have the sessions of an old one. */
export interface UsersTable {
  /** Makes the table where there is none. */
  prepare(): Promise<void>;
  byName(name: string): Promise<UserRow | undefined>;
  byId(id: number): Promise<UserRow | undefined>;
  /** False when the name is taken. */
  add(row: Omit<UserRow, 'id'> & { readonly name: string }): Promise<boolean>;
  /** The id, or `undefined` when there is no such user. */
  setPassword(name: string, hash: string, epoch: string): Promise<number | undefined>;
  /** The id, or `undefined` when there was no such user. */
  remove(name: string): Promise<number | undefined>;
}
