import { codeOf, Refusal } from '../run/errors.ts';

/** Loads a driver that the app brings. @throws Refusal `driver_missing` */
export async function loadDriver<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    const words = `this store needs ${name} beside @tokenpair/cli: npm install ${name}`;
    throw new Refusal('driver_missing', words, { cause: error });
  }
}
