/** The claims of a token that is good; throws (or rejects) for every other. */
export type Judge = (token: string) => unknown;

/**
 * Makes sure that a candidate does its work: it takes each of a few good tokens, and neither a forged one nor one that is over. What is fast
 * because it does not look is not measured.
 */
export async function assertJudges(
  name: string,
  judge: Judge,
  { good, bad }: { readonly good: readonly Buffer[]; readonly bad: readonly string[] },
): Promise<void> {
  for (const token of good.slice(0, 3)) await judge(token.toString('latin1'));
  for (const token of bad) {
    const taken = await Promise.resolve()
      .then(() => judge(token))
      .then(
        () => true,
        () => false,
      );
    if (taken) throw new Error(`${name} takes a token that is forged or over`);
  }
}
