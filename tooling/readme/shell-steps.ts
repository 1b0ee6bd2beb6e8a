import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A command of a page, and what the page says that it prints. */
export interface Step {
  readonly command: string;
  readonly output: string;
}

/** The commands of blocks of `console`: what follows `$ `, and what follows that up to the next. */
export function toSteps(block: string): readonly Step[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [command = '', ...output] = step.trimEnd().split('\n');
      return { command, output: output.join('\n') };
    });
}

/**
 * Runs the commands of a tutorial against a server on `port`, which the page calls `pagePort`. `ACCESS=eyJ…` takes the access token of the pair that was printed last, and
 * `REFRESH=eyJ…` its refresh token.
 *
 * @returns for each command what it printed, masked as pages mask it: tokens as `eyJ…`, the date as `…`
 */
export async function runSteps(
  steps: readonly Step[],
  { port, pagePort }: { readonly port: number; readonly pagePort: number },
): Promise<readonly Step[]> {
  const variables: Record<string, string> = {};
  const ran: Step[] = [];
  let pair: Record<string, unknown> = {};
  for (const { command } of steps) {
    const name = /^(ACCESS|REFRESH)=eyJ…$/.exec(command)?.[1];
    if (name !== undefined) variables[name] = String(pair[name.toLowerCase()]);
    const printed =
      name === undefined ? await shell(command.replaceAll(`:${pagePort}`, `:${port}`), variables) : '';
    ran.push({ command, output: masked(printed) });
    if (printed.includes('"refresh"')) pair = JSON.parse(printed);
  }
  return ran;
}

async function shell(command: string, variables: Record<string, string>): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', command], {
    env: { ...process.env, ...variables },
  });
  return stdout.replaceAll('\r', '').trimEnd();
}

function masked(text: string): string {
  return (
    text
      .replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'eyJ…')
      .replaceAll(/^Date: .*$/gm, 'Date: …')
      // By the clock of the answer: a second may have begun since the rotation.
      .replaceAll(/(?<="refresh_expires_in":)\d+/g, (seconds) =>
        String(Math.round(Number(seconds) / 60) * 60),
      )
  );
}
