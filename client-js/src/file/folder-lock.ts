import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rmdir, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignalboxError } from '../error.js';
import { isAlive, isElsewhere, newOwner, processOf } from './owner.js';

const LOOK_EVERY_MILLIS = 50;
const TURN_MILLIS_MAX = 10_000;
const SLACK_MILLIS = 1_000;

export interface FolderLockSettings {
  /** How often an owner shows that it lives to those who cannot look for its process. */
  readonly beatMillis: number;
  /** Who has not shown it for so long counts as dead there. */
  readonly deadAfterMillis: number;
}

const DEFAULTS: FolderLockSettings = { beatMillis: 3_000, deadAfterMillis: 12_000 };

/**
 * One process owns a folder: the file `owner` says which. What a process left behind that has ended, also by `kill -9`,
 * counts for nothing. Of a process that cannot be looked for, as it is in another container or on another machine, the
 * time of that file says whether it lives: its owner writes it again and again.
 */
export class FolderLock {
  readonly #beat: NodeJS.Timeout;
  #isReleased = false;

  private constructor(
    private readonly path: string,
    private readonly content: string,
    beatMillis: number,
    lost: () => void,
  ) {
    this.#beat = setInterval(() => {
      void this.#show().then((isOwner) => {
        if (!isOwner && !this.#isReleased) lost();
      });
    }, beatMillis).unref();
  }

  /**
   * @param lost is told when another one took the folder for that of a dead process
   * @throws SignalboxError SPOOL_IN_USE after that time, or as soon as an owner elsewhere shows that it lives
   */
  static async take(
    folder: string,
    waitMillis: number,
    lost: () => void,
    settings = DEFAULTS,
    owner = newOwner(),
  ): Promise<FolderLock> {
    const path = join(folder, 'owner');
    const began = Date.now();
    let first: Sight | undefined;
    for (;;) {
      if (await tryTake(path, owner, settings.deadAfterMillis)) {
        return new FolderLock(path, owner, settings.beatMillis, lost);
      }
      const other = await sight(path);
      if (first?.content !== other?.content) first = other;
      const isSilent = isElsewhere(other?.content ?? '', owner) && other?.writtenAt === first?.writtenAt;
      const patience = isSilent ? Math.max(waitMillis, settings.deadAfterMillis + SLACK_MILLIS) : waitMillis;
      if (Date.now() - began >= patience) throw inUse(folder, other?.content);
      await sleep(LOOK_EVERY_MILLIS);
    }
  }

  async release(): Promise<void> {
    this.#isReleased = true;
    clearInterval(this.#beat);
    if ((await sight(this.path))?.content === this.content) await unlink(this.path);
  }

  /** @returns whether this is the owner still, as far as can be read */
  async #show(): Promise<boolean> {
    try {
      // One handle for both: what another one puts there meanwhile is another file.
      const file = await open(this.path, 'r+');
      try {
        if ((await file.readFile('latin1')) !== this.content) return false;
        // Whoever reads it meanwhile reads the same.
        await file.write(this.content, 0);
      } finally {
        await file.close();
      }
      return true;
    } catch (error) {
      // After other errors the next one may succeed.
      return (error as NodeJS.ErrnoException).code !== 'ENOENT';
    }
  }
}

/** The file `owner`, at one moment. */
interface Sight {
  readonly content: string;
  /** By the clock of the file system, in milliseconds. */
  readonly writtenAt: number;
}

async function tryTake(path: string, owner: string, deadAfterMillis: number): Promise<boolean> {
  const mine = `${path}.${randomUUID()}`;
  await writeFile(mine, owner, { mode: 0o600, flag: 'wx' });
  try {
    const isDead = async (): Promise<boolean> => {
      const other = await sight(path);
      if (!other) return false;
      if (!isElsewhere(other.content, owner)) return !isAlive(other.content);
      // Both times are of one clock.
      return (await stat(mine)).mtimeMs - other.writtenAt > deadAfterMillis;
    };
    if (await isDead()) await takeAway(path, isDead);
    // A link appears with its whole content, or not at all.
    await link(mine, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(mine);
  }
  return (await sight(path))?.content === owner;
}

/** One at a time, who looks again first: of two that saw the same dead owner, the slower one must spare the quicker. */
async function takeAway(path: string, isDead: () => Promise<boolean>): Promise<void> {
  const turn = `${path}.change`;
  try {
    await mkdir(turn);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // Held for a moment only, unless its process died in that.
    const begun = await stat(turn).catch(() => undefined);
    if (Date.now() - (begun?.mtimeMs ?? Infinity) > TURN_MILLIS_MAX) await rmdir(turn);
    return;
  }
  try {
    if (await isDead()) await unlink(path);
  } finally {
    await rmdir(turn);
  }
}

async function sight(path: string): Promise<Sight | undefined> {
  try {
    const content = await readFile(path, 'latin1');
    return { content, writtenAt: (await stat(path)).mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function inUse(folder: string, owner: string | undefined): SignalboxError {
  const who = owner === undefined ? 'another process' : processOf(owner);
  return new SignalboxError(
    'SPOOL_IN_USE',
    `the spool in '${folder}' belongs to ${who}; give this client another name, or wait longer (spool.ownerWaitMillis)`,
  );
}
