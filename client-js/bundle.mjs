// One file for pages without a bundler: the browser's face of this package with all it needs inside.
import { build } from 'esbuild';

await build({
  entryPoints: ['dist/browser.js'],
  outfile: 'dist/browser/signalbox.js',
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  legalComments: 'linked',
});
