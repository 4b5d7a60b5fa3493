// One file for pages without a bundler: the browser's face of this package with all it needs inside.
import { build } from 'esbuild';

const { metafile } = await build({
  entryPoints: ['dist/browser.js'],
  outfile: 'dist/browser/signalbox.js',
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  minify: true,
  legalComments: 'linked',
  metafile: true,
});

const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports);
if (outside.length > 0) {
  throw new Error(`the bundle must stand alone, and imports ${outside.map(({ path }) => path).join(', ')}`);
}
