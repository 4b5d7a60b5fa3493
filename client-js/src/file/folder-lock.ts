import { randomUUID } from 'node:crypto';
import { readFileSync, type Stats } from 'node:fs';
import { link, mkdir, readFile, rmdir, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignalboxError } from '../error.js';

const LOOK_EVERY_MILLIS = 50;
const TURN_MILLIS_MAX = 10_000;

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
      if (other !== undefined && !alive(other)) await takeAway(path);
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

/** One at a time, who looks again first: of two that saw the same dead owner, the slower one must spare the quicker. */
async function takeAway(path: string): Promise<void> {
  const turn = `${path}.change`;
  try {
    await mkdir(turn);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // Held for a moment only, unless its process died in that.
    if (Date.now() - ((await statOf(turn))?.mtimeMs ?? Infinity) > TURN_MILLIS_MAX) await rmdir(turn);
    return;
  }
  try {
    const owner = await read(path);
    if (owner !== undefined && !alive(owner)) await unlink(path);
  } finally {
    await rmdir(turn);
  }
}

async function statOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined);
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
