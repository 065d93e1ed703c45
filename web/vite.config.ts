import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { licenceTexts } from './licences';

function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'assets/licences.txt', source: licenceTexts() });
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
