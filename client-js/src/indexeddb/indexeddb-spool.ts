import { SignalboxError, textOf } from '../error.js';
import { GroupWriter } from '../spool/group-writer.js';
import { Append, Done, type Operation } from '../spool/operation.js';
import { QuotaCount } from '../spool/quota-count.js';
import {
  newSpoolId,
  type Appended,
  type Pending,
  type Quota,
  type Refusal,
  type RefusedEntry,
  type Spool,
  type SpoolEntry,
  type SpoolSettings,
  type Told,
} from '../spool/spool.js';
import { Unrecorded } from '../spool/unrecorded.js';
import { systemTime, type Time } from '../time.js';
import { Database, type Connected, type Stored } from './database.js';
import { WebLock } from './web-lock.js';

/**
 * A database of the browser, one for each name. What is stored is committed with strict durability, in groups; that a
 * message is done with is committed relaxed: after a loss of power it may be sent again, under the same key.
 */
export class IndexedDbSpool implements Spool {
  readonly id = newSpoolId();
  readonly durable = true;
  readonly damagedBytes = 0;
  readonly #writer = new GroupWriter<Operation>((group) => this.#write(group));
  readonly #sizes = new Map<number, number>();
  /** Bytes of what was refused, by sequence. */
  readonly #refused = new Map<number, number>();
  readonly #unrecorded: Unrecorded;
  /** The last one that was stored. */
  #storedThrough = 0;
  #closed = false;

  private constructor(
    private readonly name: string,
    private readonly database: Database,
    private readonly lock: WebLock | undefined,
    private readonly count: QuotaCount,
    /** Of what earlier builds have stored. */
    private readonly earlierId: string,
    private next: number,
    time: Time,
  ) {
    const again = (): void => {
      this.#writer.add(new Done());
    };
    this.#unrecorded = new Unrecorded((sequences) => this.#record(sequences), again, time);
  }

  /** @throws SignalboxError SPOOL_IN_USE when another tab keeps it longer than the settings allow */
  static async open(name: string, settings: SpoolSettings, time = systemTime): Promise<IndexedDbSpool> {
    // Pages that are not from a secure origin have no locks, and service workers that have them are rare there.
    const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
    const lock = locks && (await WebLock.take(name, settings.ownerWaitMillis));
    try {
      const database = await Database.open(name, time);
      return await IndexedDbSpool.#recover(name, database, lock, settings.quota, time);
    } catch (error) {
      lock?.release();
      throw error instanceof SignalboxError ? error : failed(name, error);
    }
  }

  static #recover(
    name: string,
    database: Database,
    lock: WebLock | undefined,
    quota: Quota,
    time: Time,
  ): Promise<IndexedDbSpool> {
    const recover = async (connected: Connected): Promise<IndexedDbSpool> => {
      const count = new QuotaCount(quota);
      const transaction = connected.transaction(['messages', 'meta', 'refused'], 'readwrite', { durability: 'strict' });
      const meta = (await transaction.objectStore('meta').get('spool')) ?? { id: newSpoolId(), next: 1 };
      await transaction.objectStore('meta').put(meta, 'spool');
      const spool = new IndexedDbSpool(name, database, lock, count, meta.id, meta.next, time);
      for (let at = await transaction.objectStore('messages').openCursor(); at; at = await at.continue()) {
        const { length } = bodyOf(at.value);
        spool.#sizes.set(at.key, length);
        spool.#storedThrough = at.key;
        count.add(length);
      }
      for (let at = await transaction.objectStore('refused').openCursor(); at; at = await at.continue()) {
        spool.#refused.set(at.key, at.value.body.length);
        count.addRefused(at.value.body.length);
      }
      await transaction.done;
      return spool;
    };
    return database.run(recover);
  }

  pending(): Pending {
    return this.count.pending();
  }

  append(body: Uint8Array, told?: Told): Appended {
    if (this.#closed) throw new SignalboxError('CLOSED', `the spool '${this.name}' is closed`);
    this.count.take(body.length);
    const sequence = this.next++;
    this.#sizes.set(sequence, body.length);
    const append = new Append(sequence, body, told);
    this.#writer.add(append);
    return append;
  }

  read(after: number, messagesMax: number, bytesMax: number): Promise<readonly SpoolEntry[]> {
    return this.database.run(async (connected) => {
      const storedThrough = this.#storedThrough;
      const found = new Map<number, Stored>();
      let bytes = 0;
      const { store } = connected.transaction('messages');
      let at = await store.openCursor(IDBKeyRange.lowerBound(after, true));
      for (; at && found.size < messagesMax; at = await at.continue()) {
        bytes += bodyOf(at.value).length;
        if (found.size > 0 && bytes > bytesMax) break;
        found.set(at.key, at.value);
      }
      const through = at ? at.key - 1 : storedThrough;
      // Without those whose removal is under way still, and with those that the browser has lost.
      const known = [...this.#sizes.keys()].filter((sequence) => sequence > after && sequence <= through);
      return known.slice(0, messagesMax).map((sequence) => {
        const stored = found.get(sequence);
        const spoolId = stored && 'id' in stored ? stored.id : this.earlierId;
        return { sequence, spoolId, body: stored && bodyOf(stored) };
      });
    });
  }

  async remove(sequences: readonly number[]): Promise<void> {
    const known = sequences.filter((sequence) => this.#forget(sequence));
    if (known.length === 0 || this.#closed) return;
    this.#unrecorded.add(known);
    const done = new Done();
    this.#writer.add(done);
    await done.tried;
    this.#unrecorded.check(known);
  }

  async shelve({ sequence, body }: SpoolEntry, refusal: Refusal): Promise<void> {
    if (!body || !this.#sizes.has(sequence)) return;
    try {
      await this.database.run(async (connected) => {
        const transaction = connected.transaction(['messages', 'refused'], 'readwrite', { durability: 'strict' });
        await Promise.all([
          transaction.objectStore('refused').put({ refusal, body }, sequence),
          transaction.objectStore('messages').delete(sequence),
          transaction.done,
        ]);
      });
    } catch (error) {
      throw failed(this.name, error);
    }
    this.#forget(sequence);
    this.#refused.set(sequence, body.length);
    this.count.addRefused(body.length);
  }

  refusedCount(): number {
    return this.count.refused;
  }

  refused(messagesMax: number, from = 0): Promise<readonly RefusedEntry[]> {
    return this.database.run(async (connected) => {
      const entries: RefusedEntry[] = [];
      let at = await connected.transaction('refused').store.openCursor(IDBKeyRange.lowerBound(from));
      for (; at && entries.length < messagesMax; at = await at.continue())
        entries.push({ sequence: at.key, ...at.value });
      return entries;
    });
  }

  async removeRefused(sequence: number): Promise<boolean> {
    const bytes = this.#refused.get(sequence);
    if (bytes === undefined) return false;
    this.#refused.delete(sequence);
    await this.database.run((connected) => connected.delete('refused', sequence));
    this.count.giveRefused(bytes);
    return true;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writer.idle();
    await this.#unrecorded.close();
    await this.database.close();
    this.lock?.release();
  }

  #forget(sequence: number): boolean {
    const bytes = this.#sizes.get(sequence);
    if (bytes === undefined) return false;
    this.#sizes.delete(sequence);
    this.count.give(bytes);
    return true;
  }

  async #write(group: readonly Operation[]): Promise<void> {
    await this.#unrecorded.write();
    const appends = group.filter((operation) => operation instanceof Append);
    try {
      if (appends.length > 0) await this.#store(appends);
    } catch (error) {
      for (const { sequence } of appends) this.#forget(sequence);
      throw failed(this.name, error);
    }
  }

  async #store(appends: readonly Append[]): Promise<void> {
    const [first = 0, last = 0] = [appends[0]?.sequence, appends.at(-1)?.sequence];
    await this.database.run(async (connected, isRepeated) => {
      const transaction = connected.transaction(['messages', 'meta'], 'readwrite', { durability: 'strict' });
      const [messages, meta] = [transaction.objectStore('messages'), transaction.objectStore('meta')];
      const next = (await meta.get('spool'))?.next ?? 0;
      // The connection was lost, and what it was asked for was done.
      const there = isRepeated ? await messages.get(last) : undefined;
      if (there && 'id' in there && there.id === this.id) return;
      if (next > first) {
        this.next = Math.max(this.next, next);
        throw new Error('another tab writes into it; give each tab another name (spool.name)');
      }
      await Promise.all([
        ...appends.map(({ body, sequence }) => messages.add({ id: this.id, body }, sequence)),
        meta.put({ id: this.earlierId, next: last + 1 }, 'spool'),
        transaction.done,
      ]);
    });
    this.#storedThrough = last;
  }

  /** Never together with what is stored: an origin without room gets some back by this. */
  async #record(done: readonly number[]): Promise<void> {
    try {
      await this.database.run(async (connected) => {
        const transaction = connected.transaction('messages', 'readwrite', { durability: 'relaxed' });
        await Promise.all([...done.map((sequence) => transaction.store.delete(sequence)), transaction.done]);
      });
    } catch (error) {
      throw failed(this.name, error);
    }
  }
}

function bodyOf(stored: Stored): Uint8Array {
  return 'id' in stored ? stored.body : stored;
}

function failed(name: string, error: unknown): SignalboxError {
  return new SignalboxError('SPOOL_FAILED', `the spool '${name}' cannot be used: ${textOf(error)}`, undefined, error);
}
