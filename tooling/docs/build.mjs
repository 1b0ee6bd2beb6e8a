// Builds the documentation site into docs/.vitepress/dist: first the API reference from the doc comments, then every page. Asks nobody: no
// network. DOCS_BASE is where the site will lie below its host (`/`).
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const docs = fileURLToPath(new URL('../../docs', import.meta.url));
const require = createRequire(join(docs, 'package.json'));

rmSync(join(docs, 'api'), { recursive: true, force: true });
run('typedoc', 'bin/typedoc', ['--logLevel', 'Warn']);
run('vitepress', 'bin/vitepress.js', ['build', ...process.argv.slice(2)]);

function run(name, program, args) {
  const file = join(dirname(require.resolve(`${name}/package.json`)), program);
  const { status } = spawnSync(process.execPath, [file, ...args], { cwd: docs, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
