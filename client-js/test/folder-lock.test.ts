import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FileSpool } from '../src/file/file-spool.js';
import { FolderLock } from '../src/file/folder-lock.js';
import { newOwner } from '../src/file/owner.js';
import { until } from './scripted-server.js';

const NEVER = { beatMillis: 1_000_000, deadAfterMillis: 1_000_000 };
const ignore = (): void => undefined;

describe('of a folder that two machines share', () => {
  let folder: string;
  const owner = (): string => join(folder, 'owner');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lock-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('the owner elsewhere is not taken for dead because of a process here, while it shows that it lives', async () => {
    const elsewhere = await FolderLock.take(folder, 0, ignore, { ...NEVER, beatMillis: 1 }, newOwner('elsewhere'));
    await assert.rejects(FolderLock.take(folder, 0, ignore, NEVER), { code: 'SPOOL_IN_USE' });
    await elsewhere.release();
    await (await FolderLock.take(folder, 0, ignore, NEVER)).release();
  });

  test('the owner elsewhere that has long been silent is dead', async () => {
    await writeFile(owner(), '1 77 elsewhere 0\n');
    const long = new Date(Date.now() - 60_000);
    await utimes(owner(), long, long);
    const lock = await FolderLock.take(folder, 0, ignore);
    await lock.release();
  });

  test('who waits long enough takes it from one that has just died', async () => {
    await writeFile(owner(), '1 77 elsewhere 0\n');
    const lock = await FolderLock.take(folder, 0, ignore, { ...NEVER, deadAfterMillis: 100 });
    await lock.release();
  });

  test('who has lost it hears of that, and leaves the other alone', async () => {
    const told: true[] = [];
    const lock = await FolderLock.take(folder, 0, () => told.push(true), { ...NEVER, beatMillis: 1 });
    await writeFile(owner(), 'another\n');
    // The beat does not keep a process alive, so this must.
    await until(() => told.length > 0);
    await lock.release();
    assert.equal(await readFile(owner(), 'latin1'), 'another\n');
  });

  test('a spool that is owned elsewhere is not written here', async () => {
    const settings = { quota: { messagesMax: 10, bytesMax: 1_000 }, ownerWaitMillis: 0 };
    const elsewhere = await FolderLock.take(folder, 0, ignore, { ...NEVER, beatMillis: 1 }, newOwner('elsewhere'));
    await assert.rejects(FileSpool.open(folder, settings), { code: 'SPOOL_IN_USE', message: /belongs to process/ });
    await elsewhere.release();
  });
});
