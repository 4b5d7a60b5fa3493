import { SignalboxError } from '../error.js';

export type Headers = Readonly<Record<string, string | readonly string[]>>;

/** A message on its way out, as it waits in the spool. */
export interface Envelope {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain?: boolean;
  readonly contentType?: string;
  readonly replyTo?: string;
  readonly correlation?: Uint8Array;
  /** Epoch milliseconds; what was not sent by then is not sent at all. */
  readonly expiresAt?: number;
  /** User properties, those of Signalbox among them. */
  readonly headers?: Headers;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Length of a JSON document (4 bytes, big-endian), the document, the payload. */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  const { topic, payload, retain, contentType, replyTo, correlation, expiresAt, headers } = envelope;
  const latin1 = correlation && String.fromCharCode(...correlation);
  const document = utf8(
    JSON.stringify({ topic, retain, contentType, replyTo, correlation: latin1, expiresAt, headers }),
  );
  const to = new Uint8Array(4 + document.length + payload.length);
  to[0] = document.length >>> 24;
  to[1] = document.length >>> 16;
  to[2] = document.length >>> 8;
  to[3] = document.length;
  to.set(document, 4);
  to.set(payload, 4 + document.length);
  return to;
}

const SCRATCH_BYTES = 8_192;
const scratch = new Uint8Array(SCRATCH_BYTES);

/** To be copied before the next one. */
function utf8(text: string): Uint8Array {
  if (3 * text.length > SCRATCH_BYTES) return encoder.encode(text);
  return scratch.subarray(0, encoder.encodeInto(text, scratch).written);
}

/** @throws SignalboxError SPOOL_DAMAGED */
export function decodeEnvelope(body: Uint8Array | undefined): Envelope {
  if (!body || body.length < 4) throw damaged();
  const end = 4 + new DataView(body.buffer, body.byteOffset, body.byteLength).getUint32(0);
  try {
    const { correlation, ...rest } = JSON.parse(decoder.decode(body.subarray(4, end))) as Omit<
      Envelope,
      'payload' | 'correlation'
    > & { correlation?: string };
    // A copy of its own: what it is cut from may be a megabyte.
    const envelope = { ...rest, payload: new Uint8Array(body.subarray(end)) };
    if (correlation === undefined) return envelope;
    return { ...envelope, correlation: Uint8Array.from(correlation, (character) => character.charCodeAt(0)) };
  } catch (error) {
    throw damaged(error);
  }
}

function damaged(cause?: unknown): SignalboxError {
  return new SignalboxError(
    'SPOOL_DAMAGED',
    'the storage no longer gives back a message that waited',
    undefined,
    cause,
  );
}

/**
 * The server would end the connection over what is larger.
 *
 * @throws SignalboxError PAYLOAD_TOO_LARGE
 */
export function checkSize(envelope: Envelope, bytesMax: number): void {
  const bytes = packetBytesMax(envelope);
  if (bytes <= bytesMax) return;
  const how = `takes ${String(bytes)} bytes; the server accepts ${String(bytesMax)}`;
  throw new SignalboxError('PAYLOAD_TOO_LARGE', `a message to '${envelope.topic}' ${how}`);
}

/** An upper bound of the packet that will carry it, in bytes (MQTT 5, 3.3). */
export function packetBytesMax(envelope: Envelope): number {
  let bytes = 64 + utf8Bytes(envelope.topic) + envelope.payload.length + (envelope.correlation?.length ?? 0);
  bytes += utf8Bytes(envelope.contentType ?? '') + utf8Bytes(envelope.replyTo ?? '');
  for (const [name, values] of Object.entries(envelope.headers ?? {})) {
    for (const value of typeof values === 'string' ? [values] : values) bytes += 5 + utf8Bytes(name) + utf8Bytes(value);
  }
  return bytes;
}

function utf8Bytes(text: string): number {
  return encoder.encode(text).length;
}
