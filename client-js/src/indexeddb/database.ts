import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { SignalboxError } from '../error.js';
import type { Refusal } from '../spool/spool.js';
import { pauseMillis, type Time } from '../time.js';

/** Earlier builds stored the body alone; its id is that of `meta`. */
export type Stored = { readonly id: string; readonly body: Uint8Array } | Uint8Array;

export interface Schema extends DBSchema {
  /** By sequence. */
  messages: { key: number; value: Stored };
  refused: { key: number; value: { readonly refusal: Refusal; readonly body: Uint8Array } };
  meta: { key: 'spool'; value: { readonly id: string; readonly next: number } };
}

export type Connected = IDBPDatabase<Schema>;

const VERSION = 3;
const LOSSES_MAX = 3;

/**
 * A database, over as many connections as it takes: browsers end them, of pages in the background for one, and when the
 * user clears what a site has stored.
 */
export class Database {
  #connection: Promise<Connected> | undefined;
  readonly #closing = new AbortController();

  private constructor(
    private readonly name: string,
    private readonly time: Time,
  ) {}

  /** @throws SignalboxError SPOOL_IN_USE when a page with an earlier build does not let go of it */
  static async open(name: string, time: Time): Promise<Database> {
    const database = new Database(name, time);
    await database.#connected();
    return database;
  }

  /**
   * Once more when the connection was lost.
   *
   * @param work is told whether it was tried before, and may have been done then
   */
  async run<T>(work: (connected: Connected, isRepeated: boolean) => Promise<T>): Promise<T> {
    for (let losses = 0; ; losses++) {
      const connection = this.#connected();
      try {
        return await work(await connection, losses > 0);
      } catch (error) {
        const isOpen = await connection.then(
          () => true,
          () => false,
        );
        const isLost = this.#connection !== connection || isEnd(error);
        if (isLost || !isOpen) this.#drop(connection);
        if (!isLost || losses === LOSSES_MAX || this.#closing.signal.aborted) throw error;
        if (losses > 0) await this.time.sleep(pauseMillis(losses - 1), this.#closing.signal);
      }
    }
  }

  /** Nothing is tried again from now on. */
  async close(): Promise<void> {
    this.#closing.abort();
    (await this.#connection?.catch(() => undefined))?.close();
  }

  #connected(): Promise<Connected> {
    if (this.#connection) return this.#connection;
    const connection = connect(this.name, () => {
      this.#drop(connection);
    });
    this.#connection = connection;
    return connection;
  }

  #drop(connection: Promise<Connected>): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    connection.then(
      (connected) => {
        connected.close();
      },
      () => undefined,
    );
  }
}

/** @param ended it cannot be used any more, or another page needs it to end */
async function connect(name: string, ended: () => void): Promise<Connected> {
  let blocked: (error: SignalboxError) => void = () => undefined;
  const inTheWay = new Promise<never>((_, reject) => (blocked = reject));
  const opening = openDB<Schema>(name, VERSION, {
    upgrade(created, oldVersion) {
      if (oldVersion < 1) {
        created.createObjectStore('messages');
        created.createObjectStore('meta');
      }
      if (oldVersion < 2) created.createObjectStore('refused');
    },
    blocked() {
      const who = 'a page with an earlier build owns it; close that page';
      blocked(new SignalboxError('SPOOL_IN_USE', `'${name}': ${who}`));
    },
    blocking: ended,
    terminated: ended,
  });
  try {
    return await Promise.race([opening, inTheWay]);
  } catch (error) {
    // Should it be granted all the same, later.
    opening.then(
      (late) => {
        late.close();
      },
      () => undefined,
    );
    throw error;
  }
}

/** Of the connection, not of what was done over it. */
function isEnd(error: unknown): boolean {
  return error instanceof Error && ['InvalidStateError', 'UnknownError'].includes(error.name);
}
