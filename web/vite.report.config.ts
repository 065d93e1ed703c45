import { createHash } from 'node:crypto';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { licenceTexts } from './licences';

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing but the script and the style of the file itself, and pictures that are drawn here. */
function policy(script: string, style: string): string {
  const rules = [
    "default-src 'none'", `script-src ${hashOf(script)}`, `style-src ${hashOf(style)}`, 'img-src data: blob:', "base-uri 'none'", "form-action 'none'"
  ];
  return `<meta http-equiv="Content-Security-Policy" content="${rules.join('; ')}" />`;
}

/** Puts script, style and licences into the page, which may then be opened from disk. */
function oneFile(): Plugin {
  return {
    name: 'one-file',
    enforce: 'post',
    generateBundle(_, bundle) {
      const page = bundle['report.html'];
      if (page?.type !== 'asset') throw new Error('no report.html was made');
      let [script, style] = ['', ''];
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type === 'chunk') script += file.code;
        else if (name.endsWith('.css')) style += String(file.source);
        if (name !== 'report.html') delete bundle[name];
      }
      script = script.replace(/<(?=!--|\/?script)/gi, '\\x3C'); // In texts of the script; a page would take it for its own.
      page.source = String(page.source)
        .replace(/\s*<script type="module"[^>]*><\/script>/, '')
        .replace(/\s*<link rel="stylesheet"[^>]*>/, '')
        .replace('<meta charset="utf-8" />', (charset) => `${charset}\n    ${policy(script, style)}`)
        .replace('</head>', () => `<style>${style}</style>\n  </head>`)
        .replace('</body>', () => `<script type="text/plain" id="licences">${licenceTexts()}</script>\n    <script type="module">${script}</script>\n  </body>`);
    }
  };
}

// The page of `sciwright report --out`: one file without its data, which the program puts in.
export default defineConfig({
  base: './',
  publicDir: false,
  plugins: [svelte(), oneFile()],
  build: {
    target: 'es2022',
    outDir: process.env.SCIWRIGHT_WEB_OUT ?? 'dist',
    emptyOutDir: false,
    modulePreload: false,
    cssCodeSplit: false,
    rollupOptions: { input: 'report.html', output: { inlineDynamicImports: true } }
  }
});
