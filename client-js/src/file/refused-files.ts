import { open, readdir, readFile, rename, stat, unlink, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Refusal, RefusedEntry } from '../spool/spool.js';
import { decodeRecord, writeMessage, RECORD_BYTES } from './record.js';
import { syncFolder } from './sync-folder.js';

const NAME = /^(\d{16})\.refused$/;

/**
 * Messages that were refused for good: a file each, in a folder of their own, which holds up no file of the spool. A
 * file is one record: length of a JSON document (4 bytes), the document, which is a {@link Refusal}, the message.
 */
export class RefusedFiles {
  private constructor(
    private readonly folder: string,
    /** Bytes of the message by sequence, ascending. */
    private readonly sizes: Map<number, number>,
  ) {}

  static async open(folder: string): Promise<RefusedFiles> {
    const sizes = new Map<number, number>();
    for (const name of (await namesIn(folder)).sort()) {
      const sequence = NAME.exec(name)?.[1];
      if (sequence === undefined) continue;
      const { size } = await stat(join(folder, name));
      sizes.set(Number(sequence), size);
    }
    return new RefusedFiles(folder, sizes);
  }

  entries(): IterableIterator<[sequence: number, bytes: number]> {
    return this.sizes.entries();
  }

  /** It is on the disk when this resolves. */
  async add(sequence: number, refusal: Refusal, body: Uint8Array): Promise<void> {
    const document = Buffer.from(JSON.stringify(refusal));
    const content = Buffer.alloc(4 + document.length + body.length);
    content.writeUInt32BE(document.length);
    content.set(document, 4);
    content.set(body, 4 + document.length);
    const path = this.#path(sequence);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      const record = Buffer.alloc(RECORD_BYTES + content.length);
      writeMessage(record, 0, sequence, content);
      await file.writeFile(record);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
    await syncFolder(this.folder);
    this.sizes.set(sequence, RECORD_BYTES + content.length);
  }

  bytesOf(sequence: number): number {
    return this.sizes.get(sequence) ?? 0;
  }

  /** From that sequence on; one that cannot be read says so, and hides no other. */
  async list(messagesMax: number, from: number): Promise<RefusedEntry[]> {
    const wanted = [...this.sizes.keys()].filter((sequence) => sequence >= from).sort((one, other) => one - other);
    return Promise.all(wanted.slice(0, messagesMax).map((sequence) => this.#read(sequence)));
  }

  /** @returns whether there was one */
  async remove(sequence: number): Promise<boolean> {
    if (!this.sizes.has(sequence)) return false;
    await unlink(this.#path(sequence));
    return this.sizes.delete(sequence);
  }

  async #read(sequence: number): Promise<RefusedEntry> {
    try {
      const record = decodeRecord(await readFile(this.#path(sequence)), 0);
      if (record?.type === 'message') {
        const end = 4 + record.body.readUInt32BE(0);
        const refusal = JSON.parse(record.body.toString('utf8', 4, end)) as Refusal;
        return { sequence, refusal, body: record.body.subarray(end) };
      }
    } catch {
      // Said below.
    }
    const text = `${this.#path(sequence)} cannot be read`;
    return { sequence, refusal: { code: 'SPOOL_DAMAGED', text, refusedAt: 0 }, body: undefined };
  }

  #path(sequence: number): string {
    return join(this.folder, `${String(sequence).padStart(16, '0')}.refused`);
  }
}

/** The folder is made when something is refused. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
