/** The database that the environment names; the test removes its user at the end. */
export function storeOfTest(_folder: string): Record<string, string> {
  return {};
}
