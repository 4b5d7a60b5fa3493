import { open, readFile, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import {
  decodeHeader,
  decodeRecord,
  encodeHeader,
  HEADER_BYTES,
  type SegmentHeader,
  type SpoolRecord,
} from './record.js';

/** What a file held when it was opened. */
export interface Found {
  readonly records: readonly { readonly record: SpoolRecord; readonly offset: number }[];
  /** End of the last whole record. */
  readonly end: number;
  /** Between whole records: what was there cannot be read any more. What follows the last one is a torn write. */
  readonly damagedBytes: number;
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
      throw error;
    }
    return new Segment(path, header, file, HEADER_BYTES);
  }

  /** @returns undefined: there is no whole header, so it ended while it was made, and nothing was ever in it */
  static async open(path: string): Promise<{ segment: Segment; found: Found } | undefined> {
    const content = await readFile(path);
    const header = decodeHeader(content);
    if (!header) return undefined;
    const found = scan(content);
    const file = await open(path, 'r+');
    if (found.end < content.length) {
      await file.truncate(found.end);
      await file.sync();
    }
    return { segment: new Segment(path, header, file, found.end), found };
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
  return { records, end, damagedBytes };
}

/** So that a file's name outlives a loss of power. Windows has no such call, and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
