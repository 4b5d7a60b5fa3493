import { Append, type Operation } from '../spool/operation.js';
import { MESSAGE_BYTES, writeMessageWithId } from './record.js';

export function recordBytes(operation: Operation): number {
  return operation instanceof Append ? MESSAGE_BYTES + operation.body.length : 0;
}

/** One piece of memory for all of them. */
export function encodeMessages(messages: readonly Append[], spoolId: string): Buffer {
  const id = Buffer.from(spoolId, 'base64url');
  const to = Buffer.allocUnsafe(messages.reduce((bytes, message) => bytes + recordBytes(message), 0));
  let at = 0;
  for (const { sequence, body } of messages) at = writeMessageWithId(to, at, sequence, id, body);
  return to;
}
