/** The user table of the apps in this folder: what such an app has, whatever it signs its tokens with. */
export interface Person {
  readonly id: string;
  readonly scope: string;
}

const PASSWORDS = new Map<unknown, { readonly password: string; readonly person: Person }>([
  ['ada', { password: 'lovelace', person: { id: '1', scope: 'read' } }],
  ['grace', { password: 'hopper', person: { id: '2', scope: 'read admin' } }],
]);

/** In an app of yours the password is a hash, and comparing takes the same time for a user that there is not. */
export function checkPassword(username: unknown, password: unknown): Person | undefined {
  const entry = PASSWORDS.get(username);
  return entry?.password === password ? entry?.person : undefined;
}

export function findPerson(id: unknown): Person | undefined {
  return [...PASSWORDS.values()].find(({ person }) => person.id === id)?.person;
}
