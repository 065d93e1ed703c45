import { readFileSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

/** The bundle holds code of these packages; their licences go with it. */
const bundled = ['svelte', 'uplot', 'esm-env', 'clsx'];

function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle() {
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
      this.emitFile({ type: 'asset', fileName: 'assets/licences.txt', source: texts.join('\n----\n\n') });
    }
  };
}

// Relative addresses: the page works below any base address. Fixed names: CMake embeds the files by name, and the
// service answers with an ETag, so that no hash in a name is needed.
export default defineConfig({
  base: './',
  plugins: [svelte(), licences()],
  build: {
    target: 'es2022',
    outDir: process.env.SCIWRIGHT_WEB_OUT ?? 'dist',
    emptyOutDir: true,
    modulePreload: false,
    assetsInlineLimit: 0,
    rollupOptions: {
      output: {
        inlineDynamicImports: true,
        entryFileNames: 'assets/app.js',
        assetFileNames: (asset) => (asset.names[0]?.endsWith('.css') ? 'assets/app.css' : 'assets/[name][extname]')
      }
    }
  }
});
