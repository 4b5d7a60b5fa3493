import { copyFile, open, readFile, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import {
  decodeHeader,
  decodeRecord,
  encodeHeader,
  HEADER_BYTES,
  type SegmentHeader,
  type SpoolRecord,
} from './record.js';
import { syncFolder } from './sync-folder.js';

/** What a file held when it was opened. */
export interface Found {
  readonly records: readonly { readonly record: SpoolRecord; readonly offset: number }[];
  /** End of the last whole record. */
  readonly end: number;
  /** Between whole records: what was there cannot be read any more. What follows the last one may be a torn write. */
  readonly damagedBytes: number;
  /** Behind the last whole record. */
  readonly cutBytes: number;
}

/** A file before it is used: nothing in it has been changed. */
export interface Inspected {
  readonly path: string;
  /** Of the header, or of the name, when that is damaged. */
  readonly base: number;
  readonly header: SegmentHeader | undefined;
  readonly found: Found;
}

/** One file of a spool: written at its end, read anywhere. */
export class Segment {
  private constructor(
    readonly path: string,
    readonly header: SegmentHeader,
    readonly file: FileHandle,
    /** Where the next record goes. */
    public end: number,
  ) {}

  static async create(folder: string, header: SegmentHeader): Promise<Segment> {
    const path = join(folder, `${String(header.base).padStart(16, '0')}.spool`);
    // Over what an attempt that failed has left: no file that is in use has this name.
    const file = await open(path, 'w+', 0o600);
    try {
      await file.write(encodeHeader(header), 0, HEADER_BYTES, 0);
      await file.sync();
      await syncFolder(folder);
    } catch (error) {
      await file.close();
      // The next attempt may be for another name.
      await unlink(path).catch(() => undefined);
      throw error;
    }
    return new Segment(path, header, file, HEADER_BYTES);
  }

  /** @returns undefined: it is no longer than a header that is not whole, so nothing was ever in it */
  static async inspect(path: string): Promise<Inspected | undefined> {
    const content = await readFile(path);
    const header = decodeHeader(content);
    if (!header && content.length <= HEADER_BYTES) return undefined;
    return { path, base: header?.base ?? baseOfName(path), header, found: scan(content) };
  }

  /**
   * Cuts what is behind the last whole record. A file whose header is damaged is set aside, as it is, in a copy, and
   * gets a new header: its records have check sums of their own.
   */
  static async open({ path, base, header, found }: Inspected, spoolId: string): Promise<Segment> {
    if (!header) await copyFile(path, `${path}.damaged`);
    const file = await open(path, 'r+');
    const known = header ?? { spoolId, base };
    try {
      if (!header) await file.write(encodeHeader(known), 0, HEADER_BYTES, 0);
      if (found.cutBytes > 0) await file.truncate(found.end);
      if (!header || found.cutBytes > 0) await file.sync();
    } catch (error) {
      await file.close();
      throw error;
    }
    return new Segment(path, known, file, found.end);
  }

  async append(bytes: Buffer, sync: boolean): Promise<void> {
    let written = 0;
    while (written < bytes.length) {
      const step = await this.file.write(bytes, written, bytes.length - written, this.end + written);
      written += step.bytesWritten;
    }
    if (sync) await this.file.datasync();
    this.end += bytes.length;
  }

  /** Takes back what a failed append may have left. */
  async cut(): Promise<void> {
    await this.file.truncate(this.end);
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const into = Buffer.allocUnsafe(length);
    const { bytesRead } = await this.file.read(into, 0, length, offset);
    return into.subarray(0, bytesRead);
  }

  /** May be tried again when it fails. */
  async delete(): Promise<void> {
    await unlink(this.path);
    await this.file.close();
  }
}

/** Reads record by record; where there is none, looks for the next place that holds a whole one. */
function scan(content: Buffer): Found {
  const records: { record: SpoolRecord; offset: number }[] = [];
  let end = HEADER_BYTES;
  let damagedBytes = 0;
  for (let at = HEADER_BYTES; at < content.length; ) {
    const record = decodeRecord(content, at);
    if (!record) {
      at++;
      continue;
    }
    damagedBytes += at - end;
    records.push({ record, offset: at });
    at += record.bytes;
    end = at;
  }
  return { records, end, damagedBytes, cutBytes: content.length - end };
}

export function baseOfName(path: string): number {
  return Number(/(\d{16})\.spool$/.exec(path)?.[1] ?? 1);
}
