/**
 * For `node --import`: an example finds the packages by their names, as sources, wherever its own file lies.
 *
 * @module
 */
import { registerHooks } from 'node:module';

const root = new URL('../../../', import.meta.url);

/** Where the sources of a package, or of one of its subpaths, are. */
function sourceOf(specifier: string): URL | undefined {
  if (specifier === '#engine') return new URL('packages/core/src/engine/node.ts', root);
  const [, name, subpath = 'index'] = /^@tokenpair\/([^/]+)(?:\/(.+))?$/.exec(specifier) ?? [];
  return name === undefined ? undefined : new URL(`packages/${name}/src/${subpath}.ts`, root);
}

registerHooks({
  resolve(specifier, context, nextResolve) {
    const source = sourceOf(specifier);
    if (source !== undefined) return nextResolve(source.href);
    const isPackage = /^[a-z]/.test(specifier) && !specifier.startsWith('node:');
    const isExample = context.parentURL?.endsWith('/example.mjs') ?? false;
    return nextResolve(
      specifier,
      isPackage && isExample ? { ...context, parentURL: new URL('package.json', root).href } : context,
    );
  },
});
