// The API reference: a page for each subpath that a package exports, made of the doc comments of the sources.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Converter, ReflectionKind } from 'typedoc';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** From the source of a module to the name that apps import it by. A program has commands, and augmentations have no names: neither is here. */
const modules = new Map(
  globSync('packages/*/package.json', { cwd: ROOT })
    .sort()
    .flatMap((manifest) =>
      modulesOf(dirname(manifest), JSON.parse(readFileSync(join(ROOT, manifest), 'utf8'))),
    ),
);

function modulesOf(folder, { name, exports = {}, bin }) {
  if (bin !== undefined) return [];
  return Object.entries(exports)
    .filter(([subpath]) => subpath !== './augment')
    .map(([subpath, { types }]) => [
      join(ROOT, folder, types.replace('./dist/', 'src/').replace(/\.d\.ts$/, '.ts')),
      join(name, subpath),
    ]);
}

function nameModules(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      const { fileName } = project.getSymbolIdFromReflection(module);
      module.name = modules.get(fileName) ?? module.name;
    }
  });
}

export default {
  plugin: ['typedoc-plugin-markdown', nameModules],
  name: 'API',
  entryPoints: [...modules.keys()],
  tsconfig: '../tsconfig.test.json',
  out: 'api',
  entryFileName: 'index',
  router: 'module',
  readme: 'none',
  sort: ['source-order'],
  // tsc has judged the types already, and a newer one than this.
  skipErrorChecking: true,
  excludePrivate: true,
  excludeInternal: true,
  disableSources: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  treatWarningsAsErrors: true,
};
