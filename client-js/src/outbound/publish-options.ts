import { json, type Codec } from '../codec/codec.js';
import { SignalboxError } from '../error.js';
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

/** @throws SignalboxError TOPIC_INVALID, OPTION_INVALID, or what the codec throws */
export function envelopeOf<T>(
  topic: string,
  value: T,
  options: PublishOptions<T>,
  from: string,
  now: number,
): Envelope {
  const codec = options.codec ?? json<T>();
  const { retain, replyTo, correlationId, ttlSeconds, priority } = options;
  const own = {
    'sb-from': from,
    'sb-priority': priority === undefined ? undefined : String(priority),
    'sb-ordering-key': options.orderingKey,
    'sb-idempotency-key': options.idempotencyKey,
    'sb-id': options.id,
  };
  const given = Object.entries(options.headers ?? {}).filter(([, header]) => header.length > 0 || header === '');
  const headers: Record<string, string | readonly string[]> = Object.fromEntries(given);
  for (const [name, header] of Object.entries(own)) {
    if (header !== undefined) headers[name] = header;
  }
  check(priority === undefined || /^\d$/.test(String(priority)), `priority is ${String(priority)}; it must be 0 to 9`);
  check(ttlSeconds === undefined || ttlSeconds > 0, `ttlSeconds is ${String(ttlSeconds)}; it must be more than 0`);
  for (const [name, header] of Object.entries(headers)) {
    for (const text of [name, ...(typeof header === 'string' ? [header] : header)])
      checkField(`header '${name}'`, text);
  }
  const correlation = typeof correlationId === 'string' ? checkField('correlationId', correlationId) : correlationId;
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
function checkField(what: string, text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  check(bytes.length <= BINARY_FIELD_BYTES_MAX, `${what} has ${String(bytes.length)} bytes; 65535 are allowed`);
  check(!text.includes('\0'), `${what} has the character U+0000`);
  return bytes;
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new SignalboxError('OPTION_INVALID', what);
}
