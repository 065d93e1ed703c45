// node tests/run.mjs unit|browser|client: bundles tests that are TypeScript, then hands over to node's own test runner.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const kind = process.argv[2];
if (kind === 'browser') {
  const { skip } = await import('./browser/harness.mjs');
  if (skip) {
    console.log(`skipped: ${skip}`);
    process.exit(77); // What ctest takes for skipped.
  }
}
const sources = readdirSync(`tests/${kind}`).filter((name) => /\.test\.(ts|mjs)$/.test(name)).map((name) => `tests/${kind}/${name}`);
const isTyped = sources.some((name) => name.endsWith('.ts'));
const folder = isTyped ? mkdtempSync('node_modules/.tests-') : '';
try {
  if (isTyped) {
    await build({ entryPoints: sources, outdir: folder, bundle: true, platform: 'node', format: 'esm', outExtension: { '.js': '.mjs' }, logLevel: 'warning' });
  }
  const files = isTyped ? readdirSync(folder).map((name) => join(folder, name)) : sources;
  process.exitCode = spawnSync(process.execPath, ['--test', ...files], { stdio: 'inherit' }).status ?? 1;
} finally {
  if (isTyped) rmSync(folder, { recursive: true });
}
