import { mkdir, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { SignalboxError } from '../error.js';
import { GroupWriter } from '../spool/group-writer.js';
import { Append, Done, type Operation } from '../spool/operation.js';
import { QuotaCount } from '../spool/quota-count.js';
import {
  newSpoolId,
  type Appended,
  type Pending,
  type Refusal,
  type RefusedEntry,
  type Spool,
  type SpoolEntry,
  type SpoolSettings,
  type Told,
} from '../spool/spool.js';
import { Unrecorded } from '../spool/unrecorded.js';
import { systemTime, type Time } from '../time.js';
import { failed } from './failed.js';
import { FolderLock } from './folder-lock.js';
import { encodeMessages, recordBytes } from './group.js';
import { decodeRecord, HEADER_BYTES, MESSAGE_BYTES, RECORD_BYTES, writeDone } from './record.js';
import type { Place } from './place.js';
import { readAll } from './recovery.js';
import { RefusedFiles } from './refused-files.js';
import { Rest } from './rest.js';
import { baseOfName, Segment, type Inspected } from './segment.js';

/** Beyond it a file is followed by another. */
const SEGMENT_BYTES_MAX = 8 << 20;
/** Written together: a disk that takes its time for a flush is asked for it the less often. */
const GROUP_BYTES_MAX = 4 << 20;
/** An empty spool's file is replaced beyond it, so that a spool takes no more room than what waits, by and large. */
const EMPTY_BYTES_MAX = 1 << 20;

/**
 * After damage the numbers go on that far behind the last that could be read: what was lost may have had the ones in
 * between, and the key of a message is its number.
 */
const SEQUENCES_SKIPPED = 2 ** 32;

/**
 * Append-only files in a folder. What is stored is flushed by `fdatasync` in groups; that a message is done with is
 * written, but flushed with the next group only: after a loss of power it may be sent again, under the same key.
 */
export class FileSpool implements Spool {
  readonly id = newSpoolId();
  readonly durable = true;
  readonly #writer = new GroupWriter<Operation>((group) => this.#write(group), GROUP_BYTES_MAX, recordBytes);
  /** By sequence, ascending: what is written, and behind it what is going to be. */
  readonly #places = new Map<number, Place>();
  readonly #unrecorded: Unrecorded;
  /** Nothing more is written into the file that is written into. */
  #isBroken = false;
  readonly #rest: Rest;
  /** What that file says is done with, while no flush of it has succeeded; undefined: one has. */
  #unproven: number[] | undefined;
  #failure: unknown;
  #closed = false;

  private constructor(
    private readonly folder: string,
    private readonly lock: FolderLock,
    private readonly count: QuotaCount,
    /** Of what is without one, in the files that an earlier build has written. */
    private readonly earlierId: string,
    private readonly segments: Segment[],
    private next: number,
    private readonly refusals: RefusedFiles,
    readonly damagedBytes: number,
    time: Time,
  ) {
    const again = (): void => {
      this.#writer.add(new Done());
    };
    this.#rest = new Rest(time);
    this.#unrecorded = new Unrecorded((sequences) => this.#record(sequences), again, time);
  }

  /** @throws SignalboxError SPOOL_IN_USE when another process keeps it longer than the settings allow */
  static async open(folder: string, settings: SpoolSettings, time = systemTime): Promise<FileSpool> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    let spool: FileSpool | undefined;
    const lost = (): void => {
      if (spool) spool.#failure ??= new Error('another process took it over, since this one had not answered for long');
    };
    const lock = await FolderLock.take(folder, settings.ownerWaitMillis, lost);
    try {
      spool = await FileSpool.#recover(folder, lock, new QuotaCount(settings.quota), time);
      return spool;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  static async #recover(folder: string, lock: FolderLock, count: QuotaCount, time: Time): Promise<FileSpool> {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.spool')).sort();
    const refused = await RefusedFiles.open(join(folder, 'refused'));
    const inspected: Inspected[] = [];
    let last = 0;
    for (const [sequence] of refused.entries()) last = Math.max(last, sequence);
    for (const name of names) {
      const path = join(folder, name);
      const one = await Segment.inspect(path);
      last = Math.max(last, (one?.base ?? baseOfName(path)) - 1);
      if (one) inspected.push(one);
      else await unlink(path);
    }
    const found = readAll(inspected, refused);
    last = Math.max(last, found.last);
    const id = inspected.find(({ header }) => header)?.header?.spoolId ?? newSpoolId();
    // Made before anything is mended: what tells of the damage is not gone before the numbers are out of its reach.
    const successor =
      inspected.length === 0 || found.isDamaged
        ? await Segment.create(folder, { spoolId: id, base: found.isDamaged ? last + SEQUENCES_SKIPPED : last + 1 })
        : undefined;
    const segments: Segment[] = [];
    for (const one of inspected) segments.push(await Segment.open(one, id));
    if (successor) segments.push(successor);
    const next = successor?.header.base ?? last + 1;
    const spool = new FileSpool(folder, lock, count, id, segments, next, refused, found.damagedBytes, time);
    for (const [sequence, { at, offset, bytes, bodyBytes }] of found.places) {
      const segment = segments[at];
      if (!segment) continue;
      spool.#places.set(sequence, { segment, offset, bytes, bodyBytes });
      count.add(bodyBytes);
    }
    for (const [, bytes] of refused.entries()) count.addRefused(bytes);
    await spool.#dropEmpty();
    return spool;
  }

  pending(): Pending {
    return this.count.pending();
  }

  append(body: Uint8Array, told?: Told): Appended {
    this.#checkUsable();
    this.count.take(body.length);
    const sequence = this.next++;
    const bodyBytes = body.length;
    this.#places.set(sequence, { segment: undefined, offset: 0, bytes: MESSAGE_BYTES + bodyBytes, bodyBytes });
    const append = new Append(sequence, body, told);
    this.#writer.add(append);
    return append;
  }

  async read(after: number, messagesMax: number, bytesMax: number): Promise<readonly SpoolEntry[]> {
    const wanted: [number, Place][] = [];
    for (const [sequence, place] of this.#places) {
      if (sequence <= after) continue;
      if (!place.segment) break;
      const first = wanted[0]?.[1];
      // One read for all: of one file, and no longer than asked for.
      if (first && (place.segment !== first.segment || place.offset + place.bytes - first.offset > bytesMax)) break;
      wanted.push([sequence, place]);
      if (wanted.length === messagesMax) break;
    }
    const [first, last] = [wanted[0]?.[1], wanted.at(-1)?.[1]];
    if (!first?.segment || !last) return [];
    const content = await first.segment.read(first.offset, last.offset + last.bytes - first.offset);
    return wanted.map(([sequence, place]) => {
      const record = decodeRecord(content, place.offset - first.offset);
      const intact = record?.type === 'message' && record.sequence === sequence ? record : undefined;
      return { sequence, spoolId: intact?.spoolId ?? this.earlierId, body: intact?.body };
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
    if (!body || !this.#places.has(sequence)) return;
    await this.refusals.add(sequence, refusal, body).catch((error: unknown) => {
      throw failed(this.folder, error);
    });
    this.count.addRefused(this.refusals.bytesOf(sequence));
    // Its file says as well that it waits no longer.
    await this.remove([sequence]).catch(() => undefined);
  }

  refusedCount(): number {
    return this.count.refused;
  }

  refused(messagesMax: number, from = 0): Promise<readonly RefusedEntry[]> {
    return this.refusals.list(messagesMax, from);
  }

  async removeRefused(sequence: number): Promise<boolean> {
    const bytes = this.refusals.bytesOf(sequence);
    const removed = await this.refusals.remove(sequence);
    if (removed) this.count.giveRefused(bytes);
    return removed;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writer.idle();
    await this.#unrecorded.close();
    for (const segment of this.segments) await segment.file.close();
    await this.lock.release();
  }

  #forget(sequence: number): boolean {
    const place = this.#places.get(sequence);
    if (!place) return false;
    this.#places.delete(sequence);
    this.count.give(place.bodyBytes);
    return true;
  }

  async #write(group: readonly Operation[]): Promise<void> {
    await this.#unrecorded.write();
    const messages = group.filter((operation) => operation instanceof Append);
    try {
      if (messages.length > 0) await this.#store(messages);
    } catch (error) {
      for (const { sequence } of messages) this.#forget(sequence);
      // It may have them all the same.
      if (this.#isBroken) this.#unrecorded.add(messages.map(({ sequence }) => sequence));
      throw error;
    }
    // What was written is written: room that cannot be given back now is given back later.
    await this.#dropEmpty().catch(() => undefined);
  }

  async #store(messages: readonly Append[]): Promise<void> {
    const segment = await this.#writable();
    let offset = segment.end;
    await this.#append(segment, encodeMessages(messages, this.id), true);
    for (const message of messages) {
      const place = this.#places.get(message.sequence);
      // Unless it was removed meanwhile.
      if (place) {
        place.segment = segment;
        place.offset = offset;
      }
      offset += recordBytes(message);
    }
  }

  async #record(done: readonly number[]): Promise<void> {
    const record = Buffer.allocUnsafe(RECORD_BYTES + 8 * done.length);
    writeDone(record, 0, done);
    await this.#append(await this.#writable(), record, false);
    this.#unproven?.push(...done);
  }

  async #writable(): Promise<Segment> {
    this.#checkFailure();
    if (this.#isBroken || this.#current.end >= SEGMENT_BYTES_MAX) await this.#rotate();
    return this.#current;
  }

  async #append(segment: Segment, bytes: Buffer, sync: boolean): Promise<void> {
    try {
      await segment.append(bytes, sync);
      if (sync) {
        this.#rest.over();
        this.#unproven = undefined;
      }
    } catch (error) {
      // What is on the disk is unknown now, and the kernel may forget what it could not flush: no second try.
      const isCut = await segment.cut().then(
        () => true,
        () => false,
      );
      if (!isCut || (error as NodeJS.ErrnoException).syscall === 'fdatasync') {
        this.#isBroken = true;
        this.#rest.failed(error);
      }
      throw failed(this.folder, error);
    }
  }

  /** The oldest files go when nothing in them waits; a later one may say what is done in those before it. */
  async #dropEmpty(): Promise<void> {
    const first = this.#places.values().next().value?.segment;
    if (!first && this.#current.end >= EMPTY_BYTES_MAX) await this.#rotate();
    const oldest = first ?? this.#current;
    for (let empty = this.segments[0]; empty && empty !== oldest; empty = this.segments[0]) {
      await this.#drop(empty);
    }
  }

  async #drop(segment: Segment): Promise<void> {
    await segment.delete();
    this.segments.splice(this.segments.indexOf(segment), 1);
  }

  async #rotate(): Promise<void> {
    const before = this.#current;
    if (before.end === HEADER_BYTES && !this.#isBroken) return;
    const base = Math.max(before.header.base + 1, this.#firstUnwritten());
    const wasBroken = this.#isBroken;
    const resting = wasBroken && this.#rest.reason();
    if (resting) throw failed(this.folder, resting);
    try {
      this.segments.push(await Segment.create(this.folder, { spoolId: this.earlierId, base }));
      this.#isBroken = false;
    } catch (error) {
      if (wasBroken) this.#rest.failed(error);
      throw failed(this.folder, error);
    }
    const done = this.#unproven ?? (before.end === HEADER_BYTES ? [] : undefined);
    this.#unproven = [];
    if (!wasBroken || !done) return;
    // No message that was told to be stored is in it.
    this.#unrecorded.add(done);
    await this.#drop(before).catch(() => before.file.close());
  }

  /** Sequences are written in their order: what is not in a file yet is behind all that is. */
  #firstUnwritten(): number {
    for (const [sequence, { segment }] of this.#places) if (!segment) return sequence;
    return this.next;
  }

  get #current(): Segment {
    const current = this.segments.at(-1);
    if (!current) throw new Error('a spool has at least one file');
    return current;
  }

  #checkUsable(): void {
    if (this.#closed) throw new SignalboxError('CLOSED', `the spool in '${this.folder}' is closed`);
    this.#checkFailure();
  }

  #checkFailure(): void {
    if (this.#failure !== undefined) throw failed(this.folder, this.#failure);
  }
}
