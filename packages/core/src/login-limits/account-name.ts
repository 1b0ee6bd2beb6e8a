/**
 * The name of the account that a login is about, so that spellings which a table of users may take for one another share a count. Too coarse
 * a name costs two accounts a shared count; too fine a one gives a stranger more guesses.
 */
export function accountName(credentials: Readonly<Record<string, string>>): string {
  const [first = ''] = Object.values(credentials);
  // Up and down again: `ß` and `SS` are one name then, as case folding has it.
  return first.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC').trim();
}
