import { readFileSync } from 'node:fs';

/** The bundles hold code of these packages; their licences go with them. */
const bundled = ['svelte', 'uplot', 'esm-env', 'clsx'];

export function licenceTexts(): string {
  const texts = bundled.map((name) => {
    const licence = ['LICENSE', 'LICENSE.md', 'license'].map((file) => `node_modules/${name}/${file}`);
    for (const path of licence) {
      try {
        return `${name}\n\n${readFileSync(path, 'utf8').trim()}\n`;
      } catch {
        // The next name is tried.
      }
    }
    throw new Error(`no licence of ${name} found`);
  });
  return texts.join('\n----\n\n');
}
