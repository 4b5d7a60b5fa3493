import { randomUUID } from 'node:crypto';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignalboxError } from '../error.js';

const LOOK_EVERY_MILLIS = 50;

/**
 * One process owns a folder: the file `owner` says which. What a process left behind that has ended, also by `kill -9`,
 * counts for nothing; where the system tells when a process began, a later one with the same number is not taken for it.
 */
export class FolderLock {
  private constructor(
    private readonly path: string,
    private readonly content: string,
  ) {}

  /** @throws SignalboxError SPOOL_IN_USE after that time */
  static async take(folder: string, waitMillis: number): Promise<FolderLock> {
    const path = join(folder, 'owner');
    const deadline = Date.now() + waitMillis;
    for (;;) {
      const lock = await FolderLock.#tryTake(path);
      if (lock) return lock;
      if (Date.now() >= deadline) throw inUse(folder, await read(path));
      await sleep(LOOK_EVERY_MILLIS);
    }
  }

  static async #tryTake(path: string): Promise<FolderLock | undefined> {
    const content = `${String(process.pid)} ${beginOf(process.pid)} ${randomUUID()}\n`;
    const mine = `${path}.${randomUUID()}`;
    await writeFile(mine, content, { mode: 0o600, flag: 'wx' });
    try {
      const other = await read(path);
      if (other !== undefined && !alive(other)) await takeAway(path, mine);
      // A link appears with its whole content, or not at all.
      await link(mine, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
      throw error;
    } finally {
      await unlink(mine);
    }
    return (await read(path)) === content ? new FolderLock(path, content) : undefined;
  }

  async release(): Promise<void> {
    if ((await read(this.path)) === this.content) await unlink(this.path);
  }
}

/** Two may see the same dead owner; the slower one must not take the lock of the quicker one away. */
async function takeAway(path: string, mine: string): Promise<void> {
  const aside = `${mine}.dead`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const taken = await read(aside);
  try {
    if (taken !== undefined && alive(taken)) await link(aside, path);
  } finally {
    await unlink(aside);
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function alive(owner: string): boolean {
  const [pid = '', begin = ''] = owner.split(' ');
  const number = Number(pid);
  if (!Number.isInteger(number) || number <= 0) return false;
  try {
    process.kill(number, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return beginOf(number) === begin;
}

/** Ticks since the system's start (Linux); `?` where nobody says so. */
function beginOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    // The name, in brackets, may have spaces and brackets; the 22nd field is the 20th behind it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '?';
  } catch {
    return '?';
  }
}

function inUse(folder: string, owner: string | undefined): SignalboxError {
  const who = owner === undefined ? 'another process' : `process ${owner.split(' ')[0] ?? ''}`;
  return new SignalboxError(
    'SPOOL_IN_USE',
    `the spool in '${folder}' belongs to ${who}; give this client another name, or wait longer (spool.ownerWaitMillis)`,
  );
}
