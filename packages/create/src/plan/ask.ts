import { isCancel, select, text } from '@clack/prompts';
import { Refusal } from '../run/errors.ts';

/** Asks a person at a terminal. @throws Refusal when they end it */
export interface Ask {
  text(question: string, example: string): Promise<string>;
  choose<Name extends string>(question: string, choices: Readonly<Record<Name, string>>): Promise<Name>;
}

/** Asks at the terminal of this process. */
export function terminalAsk(): Ask {
  return {
    text: async (question, example) =>
      answered(await text({ message: question, placeholder: example, defaultValue: example })),
    choose: async <Name extends string>(question: string, choices: Readonly<Record<Name, string>>) => {
      const options = Object.entries<string>(choices).map(([value, label]) => ({ value, label }));
      return answered(await select({ message: question, options })) as Name;
    },
  };
}

function answered<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new Refusal('cancelled', 'cancelled; nothing was written');
  return answer as Exclude<T, symbol>;
}
