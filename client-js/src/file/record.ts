import { crc32 } from 'node:zlib';

/**
 * A segment file, all numbers big-endian:
 *
 *     header   "SBSPOOL1" (8) | spool id (22, ASCII) | base sequence (8) | CRC-32 of the foregoing (4)
 *     record   CRC-32 of the rest (4) | body length (4) | type (1) | sequence (8) | body
 *
 *     type 1   a message of an earlier build: its sequence and its body; its spool id is that of the header
 *     type 2   done: sequences that need not be sent any more (8 each) in the body; its own is 0
 *     type 3   a message: its sequence; spool id (16) and the message in the body
 */
export const HEADER_BYTES = 42;
export const RECORD_BYTES = 17;
/** What a message takes beside its body. */
export const MESSAGE_BYTES = RECORD_BYTES + 16;
/** A length beyond it is damage, not a message. */
export const BODY_BYTES_MAX = 256 << 20;

const MAGIC = 'SBSPOOL1';
const ID_CHARACTERS = 22;
const MESSAGE = 1;
const DONE = 2;
const MESSAGE_WITH_ID = 3;

export interface SegmentHeader {
  readonly spoolId: string;
  /** No sequence in this file is smaller. */
  readonly base: number;
}

export type SpoolRecord =
  | {
      readonly type: 'message';
      readonly sequence: number;
      /** Undefined: that of the file's header. */
      readonly spoolId: string | undefined;
      readonly body: Buffer;
      readonly bytes: number;
    }
  | { readonly type: 'done'; readonly sequences: readonly number[]; readonly bytes: number };

export function encodeHeader(header: SegmentHeader): Buffer {
  const to = Buffer.alloc(HEADER_BYTES);
  to.write(MAGIC, 0, 'latin1');
  to.write(header.spoolId, 8, ID_CHARACTERS, 'latin1');
  to.writeBigUInt64BE(BigInt(header.base), 8 + ID_CHARACTERS);
  to.writeUInt32BE(crc32(to.subarray(0, HEADER_BYTES - 4)), HEADER_BYTES - 4);
  return to;
}

/** @returns undefined: this is no whole header */
export function decodeHeader(from: Buffer): SegmentHeader | undefined {
  if (from.length < HEADER_BYTES || from.toString('latin1', 0, 8) !== MAGIC) return undefined;
  if (crc32(from.subarray(0, HEADER_BYTES - 4)) !== from.readUInt32BE(HEADER_BYTES - 4)) return undefined;
  return {
    spoolId: from.toString('latin1', 8, 8 + ID_CHARACTERS),
    base: Number(from.readBigUInt64BE(8 + ID_CHARACTERS)),
  };
}

/** @returns the end of what was written; it takes {@link RECORD_BYTES} and the body */
export function writeMessage(to: Buffer, at: number, sequence: number, body: Uint8Array): number {
  to.set(body, at + RECORD_BYTES);
  return seal(to, at, body.length, MESSAGE, sequence);
}

/**
 * @param id 128 bits
 * @returns the end of what was written; it takes {@link MESSAGE_BYTES} and the body
 */
export function writeMessageWithId(to: Buffer, at: number, sequence: number, id: Uint8Array, body: Uint8Array): number {
  to.set(id, at + RECORD_BYTES);
  to.set(body, at + MESSAGE_BYTES);
  return seal(to, at, id.length + body.length, MESSAGE_WITH_ID, sequence);
}

/** @returns the end of what was written; it takes {@link RECORD_BYTES} and 8 bytes each */
export function writeDone(to: Buffer, at: number, sequences: readonly number[]): number {
  sequences.forEach((sequence, n) => {
    writeNumber(to, at + RECORD_BYTES + 8 * n, sequence);
  });
  return seal(to, at, 8 * sequences.length, DONE, 0);
}

function seal(to: Buffer, at: number, bodyBytes: number, type: number, sequence: number): number {
  const end = at + RECORD_BYTES + bodyBytes;
  to.writeUInt32BE(bodyBytes, at + 4);
  to.writeUInt8(type, at + 8);
  writeNumber(to, at + 9, sequence);
  to.writeUInt32BE(crc32(to.subarray(at + 4, end)), at);
  return end;
}

/** Of 64 bits, big-endian. BigInt would do the same and take several times as long. */
function writeNumber(to: Buffer, at: number, value: number): void {
  to.writeUInt32BE(Math.floor(value / 2 ** 32), at);
  to.writeUInt32BE(value % 2 ** 32, at + 4);
}

/** @returns undefined: there is no whole record at that place */
export function decodeRecord(from: Buffer, at: number): SpoolRecord | undefined {
  if (at + RECORD_BYTES > from.length) return undefined;
  const length = from.readUInt32BE(at + 4);
  const end = at + RECORD_BYTES + length;
  const type = from.readUInt8(at + 8);
  if (length > BODY_BYTES_MAX || end > from.length) return undefined;
  if (type !== MESSAGE && type !== DONE && !(type === MESSAGE_WITH_ID && length >= 16)) return undefined;
  if (crc32(from.subarray(at + 4, end)) !== from.readUInt32BE(at)) return undefined;
  const body = from.subarray(at + RECORD_BYTES, end);
  const bytes = end - at;
  if (type !== DONE) {
    const sequence = Number(from.readBigUInt64BE(at + 9));
    if (type === MESSAGE) return { type: 'message', sequence, spoolId: undefined, body, bytes };
    return { type: 'message', sequence, spoolId: body.toString('base64url', 0, 16), body: body.subarray(16), bytes };
  }
  const sequences = Array.from({ length: length / 8 }, (_, n) => Number(body.readBigUInt64BE(8 * n)));
  return { type: 'done', sequences, bytes };
}
