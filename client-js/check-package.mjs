// Unpacks what npm packed beside its dependencies and uses it as an application does: each way in is there, and works.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const { name, version, exports } = JSON.parse(readFileSync('package.json', 'utf8'));
const tarball = resolve('target', `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
const folder = mkdtempSync(join(tmpdir(), 'signalbox-package-'));
try {
  const home = join(folder, 'node_modules', name);
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', home, '--strip-components=1']);
  for (const dependency of ['mqtt', 'idb']) {
    symlinkSync(resolve('node_modules', dependency), join(folder, 'node_modules', dependency));
  }
  const ways = Object.values(exports).flatMap((way) => (typeof way === 'string' ? [way] : Object.values(way)));
  for (const path of [...ways, 'LICENSE', 'README.md']) {
    if (!existsSync(join(home, path))) throw new Error(`${path} is not in ${tarball}`);
  }
  const program = `
    import { openClient, openInterApplicationBus, topicOfNative } from '${name}';
    const client = await openClient({ url: 'ws://127.0.0.1:9/mqtt', spool: { folder: ${JSON.stringify(join(folder, 'spool'))} } });
    await client.publish(topicOfNative('a.b'), 1).spooled;
    if (client.pending().messages !== 1 || typeof openInterApplicationBus !== 'function') process.exit(1);
    await client.close();
  `;
  writeFileSync(join(folder, 'application.mjs'), program);
  execFileSync(process.execPath, [join(folder, 'application.mjs')], { stdio: 'inherit' });
  const typed = `import { openClient, type Client } from '${name}';\nexport const client: Promise<Client> = openClient({ url: 'ws://a' });\n`;
  writeFileSync(join(folder, 'application.ts'), typed);
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck'];
  execFileSync(
    process.execPath,
    [resolve('node_modules/typescript/bin/tsc'), ...options, join(folder, 'application.ts')],
    { stdio: 'inherit' },
  );
  console.log(`${tarball}: every way in is there and works`);
} finally {
  rmSync(folder, { recursive: true });
}
