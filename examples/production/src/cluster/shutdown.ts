import process from 'node:process';

/**
 * What a signal to end does: the first has all finish, and a second does not wait for requests under way.
 *
 * @param finish - begins at once, before a line is logged: where nobody reads the log the line waits, and everything here with it
 * @param exit - ends the process
 */
export function createShutdown(
  log: { info(line: object, text: string): void },
  finish: () => Promise<void>,
  exit: (code: number) => void = process.exit,
): (signal: string) => Promise<void> {
  let isEnding = false;
  return async (signal) => {
    if (isEnding) return exit(1); // workers end with the channel to this process
    isEnding = true;
    const finished = finish();
    log.info({ event: 'sys_shutdown', signal }, 'draining');
    await finished;
    log.info({ event: 'sys_shutdown' }, 'ended');
    exit(0);
  };
}
