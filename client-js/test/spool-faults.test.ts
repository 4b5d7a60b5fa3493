import assert from 'node:assert/strict';
import { cp, mkdtemp, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, mock, test } from 'node:test';
import { FileSpool } from '../src/file/file-spool.js';
import { ManualTime, settle } from './manual-time.js';

const SETTINGS = { quota: { messagesMax: 100, bytesMax: 10_000 }, ownerWaitMillis: 0 };
const body = (text: string): Uint8Array => new TextEncoder().encode(text);

async function all(spool: FileSpool): Promise<string[]> {
  const texts: string[] = [];
  for (let last = 0; ; ) {
    const entries = await spool.read(last, 100, 1 << 20);
    if (entries.length === 0) return texts;
    texts.push(...entries.map((entry) => new TextDecoder().decode(entry.body)));
    last = entries.at(-1)?.sequence ?? last;
  }
}

describe('a spool in files whose disk', () => {
  let folder: string;
  let handles: FileHandle;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spool-'));
    const file = await open(join(folder, 'any'), 'w');
    handles = Object.getPrototypeOf(file) as FileHandle;
    await file.close();
  });
  after(() => rm(folder, { recursive: true }));

  /** The next call of it fails, as the system would have it. */
  function failNext(method: 'write' | 'datasync' | 'truncate', code: string, syscall: string): void {
    const failing = mock.method(handles, method, () => {
      failing.mock.restore();
      return Promise.reject(Object.assign(new Error(code), { code, syscall }));
    });
  }

  test('is full refuses those who are told so, and takes later ones when there is room', async () => {
    const path = join(folder, 'full');
    const spool = await FileSpool.open(path, SETTINGS);
    await spool.append(body('a')).stored;
    failNext('write', 'ENOSPC', 'write');
    const refused = [spool.append(body('b')), spool.append(body('c'))];
    for (const { stored } of refused) await assert.rejects(stored, { code: 'SPOOL_FAILED', message: /ENOSPC/ });
    assert.deepEqual(spool.pending(), { messages: 1, bytes: 1 });
    await spool.append(body('d')).stored;
    assert.deepEqual(await all(spool), ['a', 'd']);
    await spool.close();
    const again = await FileSpool.open(path, SETTINGS);
    assert.deepEqual([await all(again), again.damagedBytes], [['a', 'd'], 0]);
    await again.close();
  });

  test('was full when something was done with hears of it when there is room, and the next process with it', async () => {
    const path = join(folder, 'done');
    const time = new ManualTime();
    const spool = await FileSpool.open(path, SETTINGS, time);
    for (const text of ['a', 'b', 'c', 'd']) await spool.append(body(text)).stored;
    failNext('write', 'ENOSPC', 'write');
    await assert.rejects(spool.remove([1]), { code: 'SPOOL_FAILED', message: /ENOSPC/ });
    // With what is written next, of whatever kind.
    await spool.remove([2]);
    failNext('write', 'ENOSPC', 'write');
    await assert.rejects(spool.remove([3]));
    for (const pause of [1_000, 1_000]) {
      assert.deepEqual(time.pauses, [pause]);
      failNext('write', 'ENOSPC', 'write');
      await time.forward(pause);
      while (time.pauses.length === 0) await settle();
    }
    assert.deepEqual(time.pauses, [2_000]);
    const [name = ''] = (await readdir(path)).filter((file) => file.endsWith('.spool'));
    const { size } = await stat(join(path, name));
    await time.forward(2_000);
    while ((await stat(join(path, name))).size === size) await settle();
    const copy = join(folder, 'copy');
    await cp(path, copy, { recursive: true });
    await rm(join(copy, 'owner'));
    const killed = await FileSpool.open(copy, SETTINGS);
    assert.deepEqual(await all(killed), ['d']);
    await killed.close();
    // At its end once more.
    failNext('write', 'ENOSPC', 'write');
    await assert.rejects(spool.remove([4]));
    await spool.close();
    const again = await FileSpool.open(path, SETTINGS);
    assert.deepEqual(await all(again), []);
    await again.close();
  });

  test('refuses a message does not forget what was done with', async () => {
    const path = join(folder, 'both');
    const spool = await FileSpool.open(path, SETTINGS);
    for (const text of ['a', 'b']) await spool.append(body(text)).stored;
    failNext('datasync', 'EIO', 'fdatasync');
    const [removed, appended] = [spool.remove([1]), spool.append(body('c'))];
    await assert.rejects(appended.stored, { code: 'SPOOL_FAILED' });
    await removed;
    await spool.close();
    const again = await FileSpool.open(path, SETTINGS);
    assert.deepEqual(await all(again), ['b']);
    await again.close();
  });

  test('cannot flush goes on in another file, and loses nothing that it had said is stored', async () => {
    const path = join(folder, 'unflushed');
    const spool = await FileSpool.open(path, SETTINGS);
    await spool.append(body('a')).stored;
    failNext('datasync', 'EIO', 'fdatasync');
    await assert.rejects(spool.append(body('b')).stored, { code: 'SPOOL_FAILED', message: /EIO/ });
    assert.deepEqual(spool.pending().messages, 1);
    // What the kernel could not write it may have forgotten: a second flush would succeed and mean nothing.
    await spool.append(body('c')).stored;
    assert.equal((await readdir(path)).filter((name) => name.endsWith('.spool')).length, 2);
    await spool.close();
    const again = await FileSpool.open(path, SETTINGS);
    assert.deepEqual(await all(again), ['a', 'c']);
    await again.close();
  });

  test('goes on failing is left alone for a while, says so, and leaves neither files nor descriptors behind', async () => {
    const path = join(folder, 'failing');
    const time = new ManualTime();
    const spool = await FileSpool.open(path, SETTINGS, time);
    await spool.append(body('a')).stored;
    const files = async (): Promise<number> => (await readdir(path)).filter((name) => name.endsWith('.spool')).length;
    const descriptors = async (): Promise<number> =>
      process.platform === 'linux' ? (await readdir('/proc/self/fd')).length : 0;
    const before = await descriptors();
    let flushes = 0;
    const failing = mock.method(handles, 'datasync', () => {
      flushes++;
      return Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO', syscall: 'fdatasync' }));
    });
    const refused = {
      code: 'SPOOL_FAILED',
      message: /disk has failed \d times in a row, with: EIO; .* again in \d+ s/,
    };
    // A second one at once, as it may have been the file; then pauses.
    for (let n = 0; n < 2; n++) await assert.rejects(spool.append(body('b')).stored, { code: 'SPOOL_FAILED' });
    for (const pause of [1_000, 2_000, 4_000]) {
      const tried = flushes;
      for (let n = 0; n < 5; n++) await assert.rejects(spool.append(body('c')).stored, refused);
      await time.forward(pause - 1);
      await assert.rejects(spool.append(body('c')).stored, refused);
      assert.equal(flushes, tried);
      await time.forward(1);
      await assert.rejects(spool.append(body('d')).stored, { code: 'SPOOL_FAILED' });
      assert.equal(flushes, tried + 1);
    }
    assert.deepEqual([await files(), (await descriptors()) - before], [2, 1]);
    failing.mock.restore();
    await time.forward(8_000);
    await spool.append(body('e')).stored;
    await spool.append(body('f')).stored;
    assert.deepEqual([await files(), spool.pending().messages], [2, 3]);
    await spool.close();
    const again = await FileSpool.open(path, SETTINGS);
    assert.deepEqual(await all(again), ['a', 'e', 'f']);
    await again.close();
  });

  test('cannot make a file leaves none behind', async () => {
    const path = join(folder, 'no-file');
    const time = new ManualTime();
    const spool = await FileSpool.open(path, SETTINGS, time);
    failNext('datasync', 'EIO', 'fdatasync');
    await assert.rejects(spool.append(body('a')).stored, { code: 'SPOOL_FAILED' });
    const failing = mock.method(handles, 'sync', () => Promise.reject(new Error('EIO')));
    for (let n = 0; n < 4; n++) {
      await assert.rejects(spool.append(body('b')).stored, { code: 'SPOOL_FAILED' });
      if (n < 3) await time.forward(30_000);
    }
    assert.equal((await readdir(path)).filter((name) => name.endsWith('.spool')).length, 1);
    failing.mock.restore();
    await time.forward(30_000);
    await spool.append(body('c')).stored;
    await spool.close();
    const again = await FileSpool.open(path, SETTINGS);
    assert.deepEqual(await all(again), ['c']);
    await again.close();
  });

  test('can neither flush nor take back what it refused does not send that either', async () => {
    const path = join(folder, 'uncut');
    const spool = await FileSpool.open(path, SETTINGS);
    failNext('datasync', 'EIO', 'fdatasync');
    failNext('truncate', 'EIO', 'ftruncate');
    await assert.rejects(spool.append(body('a')).stored, { code: 'SPOOL_FAILED' });
    await spool.append(body('b')).stored;
    await spool.close();
    const again = await FileSpool.open(path, SETTINGS);
    assert.deepEqual(await all(again), ['b']);
    await again.close();
  });
});
