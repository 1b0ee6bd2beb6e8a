// The API reference: a page for each subpath that a package exports, made of the doc comments of the sources.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Converter, PageEvent, ReflectionKind } from 'typedoc';

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

/** What a class inherits is said once, where it is declared. */
function leaveOutInherited(app) {
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    for (const { children = [] } of project.getReflectionsByKind(ReflectionKind.Class))
      for (const child of children.filter(({ inheritedFrom }) => inheritedFrom !== undefined))
        project.removeReflection(child);
  });
}

/** The site writes anchors with hyphens, and warnings in a cell of a table cannot be a block. */
function fitTheSite(app) {
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = page.contents
      ?.replaceAll(/(?<=<a id="|\(#)[\w-]+(?=">|\))/g, (anchor) => anchor.replaceAll('_', '-'))
      .replaceAll(/> \[!(\w)(\w+)\] > /g, (_, first, rest) => `**${first}${rest.toLowerCase()}:** `);
  });
}

export default {
  plugin: ['typedoc-plugin-markdown', nameModules, leaveOutInherited, fitTheSite],
  name: 'API',
  entryPoints: [...modules.keys()],
  tsconfig: '../tsconfig.test.json',
  out: 'api',
  entryFileName: 'index',
  router: 'module',
  readme: 'none',
  sort: ['source-order'],
  groupOrder: ['Functions', '*', 'Classes'],
  // tsc has judged the types already, and a newer one than this.
  skipErrorChecking: true,
  excludePrivate: true,
  excludeInternal: true,
  // What every error of JavaScript has.
  excludeExternals: true,
  disableSources: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  useHTMLAnchors: true,
  anchorPrefix: 'api-',
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  treatWarningsAsErrors: true,
};
