import { json, type Codec } from '../codec/codec.js';
import { SignalboxError } from '../error.js';
import { utf8Bytes } from '../topic/levels.js';
import { checkTopic } from '../topic/topic.js';
import type { Envelope, Headers } from './envelope.js';

export interface PublishOptions<T> {
  /** JSON by default. */
  readonly codec?: Codec<T>;
  /** The server keeps it for those who subscribe later. */
  readonly retain?: boolean;
  /** For tracing, and for answers: up to 65,535 bytes of UTF-8. */
  readonly correlationId?: string | Uint8Array;
  /** Where an answer is awaited. */
  readonly replyTo?: string;
  /** What is older than so many seconds is not delivered; in the spool as well. */
  readonly ttlSeconds?: number;
  /** 0 to 9; 4 if not said. */
  readonly priority?: number;
  /** Messages of one topic with one key keep their order, retries included. */
  readonly orderingKey?: string;
  /** Equal keys within the server's window are one message. Made by the spool unless given. */
  readonly idempotencyKey?: string;
  readonly id?: string;
  /** Names that begin with `sb-` are Signalbox's. */
  readonly headers?: Headers;
}

const BINARY_FIELD_BYTES_MAX = 65_535;
/** MQTT 5, 3.3.2.3.3. */
export const TTL_SECONDS_MAX = 0xffff_ffff;
const NONE: Headers = {};
const DEFAULT = json();
const encoder = new TextEncoder();

/** @throws SignalboxError TOPIC_INVALID, OPTION_INVALID, or what the codec throws */
export function envelopeOf<T>(
  topic: string,
  value: T,
  options: PublishOptions<T>,
  from: string,
  now: number,
): Envelope {
  const codec = options.codec ?? (DEFAULT as Codec<T>);
  const { retain, replyTo, correlationId, ttlSeconds, priority } = options;
  if (priority !== undefined && !/^\d$/.test(String(priority))) {
    throw invalid(`priority is ${String(priority)}; it must be 0 to 9`);
  }
  if (ttlSeconds !== undefined && !(ttlSeconds > 0 && ttlSeconds <= TTL_SECONDS_MAX)) {
    throw invalid(
      `ttlSeconds is ${String(ttlSeconds)}; it must be more than 0, and at most ${String(TTL_SECONDS_MAX)}`,
    );
  }
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, header] of Object.entries(options.headers ?? NONE)) {
    checkField(`the name of header '${name}'`, name);
    for (const text of typeof header === 'string' ? [header] : header) checkField(name, text);
    if (header === '' || header.length > 0) headers[name] = header;
  }
  const own = (name: string, header: string | undefined): void => {
    if (header === undefined) return;
    checkField(name, header);
    headers[name] = header;
  };
  own('sb-from', from);
  own('sb-priority', priority === undefined ? undefined : String(priority));
  own('sb-ordering-key', options.orderingKey);
  own('sb-idempotency-key', options.idempotencyKey);
  own('sb-id', options.id);
  if (typeof correlationId === 'string') checkField('correlationId', correlationId);
  const correlation = typeof correlationId === 'string' ? encoder.encode(correlationId) : correlationId;
  if (correlation) checkLength('correlationId', correlation.length);
  if (codec.contentType !== undefined) checkField("the codec's contentType", codec.contentType);
  return {
    topic: checkTopic(topic),
    payload: codec.encode(value),
    headers,
    ...(retain !== undefined && { retain }),
    ...(codec.contentType !== undefined && { contentType: codec.contentType }),
    ...(replyTo !== undefined && { replyTo: checkTopic(replyTo) }),
    ...(correlation && { correlation }),
    ...(ttlSeconds !== undefined && { expiresAt: now + ttlSeconds * 1_000 }),
  };
}

/** MQTT 5, 1.5.4: a length of 16 bits, and no U+0000. What breaks that would end the connection, again and again. */
function checkField(what: string, text: string): void {
  checkLength(what, utf8Bytes(text, BINARY_FIELD_BYTES_MAX));
  if (text.includes('\0')) throw invalid(`${what} has the character U+0000`);
}

function checkLength(what: string, bytes: number): void {
  if (bytes > BINARY_FIELD_BYTES_MAX) throw invalid(`${what} has ${String(bytes)} bytes; 65535 are allowed`);
}

function invalid(what: string): SignalboxError {
  return new SignalboxError('OPTION_INVALID', what);
}
