import { Refusal } from '../run/errors.ts';

/** Asks a person at a terminal. @throws Refusal when they end it */
export interface Ask {
  /** @returns the example where the answer is empty */
  text(question: string, example: string): Promise<string>;
  choose<Name extends string>(question: string, choices: Readonly<Record<Name, string>>): Promise<Name>;
}

/** Asks at the terminal of this process; the prompts are loaded with the first question. */
export function terminalAsk(): Ask {
  return {
    async text(question, example) {
      const { text } = await import('@clack/prompts');
      return answered(await text({ message: question, placeholder: example, defaultValue: example }));
    },
    async choose<Name extends string>(question: string, choices: Readonly<Record<Name, string>>) {
      const { select } = await import('@clack/prompts');
      const options = Object.entries<string>(choices).map(([value, label]) => ({ value, label }));
      return answered(await select({ message: question, options })) as Name;
    },
  };
}

/** A symbol stands for Ctrl-C and the like. */
function answered<T>(answer: T): Exclude<T, symbol> {
  if (typeof answer === 'symbol') throw new Refusal('cancelled', 'cancelled; nothing was written');
  return answer as Exclude<T, symbol>;
}
