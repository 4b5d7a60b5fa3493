import type { Codec } from '../codec/codec.js';
import { decodeWith } from '../codec/codec.js';
import type { Arrival } from '../link/packets.js';
import type { Headers } from '../outbound/envelope.js';

/** A message as its subscriber sees it. */
export interface Message<T> {
  /** In MQTT's form. */
  readonly topic: string;
  readonly value: T;
  readonly payload: Uint8Array;
  readonly contentType?: string;
  /** Of MQTT's correlation data, when that is text. */
  readonly correlationId?: string;
  readonly correlation?: Uint8Array;
  /** Where an answer is awaited; `respond` sends it there. */
  readonly replyTo?: string;
  /** Who sent it, as it says itself: `uuid`, or `uuid/name`. */
  readonly from?: string;
  readonly to?: string;
  readonly id?: string;
  readonly idempotencyKey?: string;
  /** Seconds of its life that were left when the server sent it. */
  readonly ttlSeconds?: number;
  /** All user properties, those of Signalbox among them: the values of one name in their order, not those of several. */
  readonly headers: Headers;
  /** It was there before this subscription. */
  readonly retained: boolean;
  /** The server has sent it before; what this client knows again by its idempotency key is not delivered twice. */
  readonly redelivered: boolean;
  /** Epoch milliseconds, by this machine's clock. */
  readonly receivedAt: number;
}

/** @throws SignalboxError PAYLOAD_UNREADABLE */
export function messageOf<T>(arrival: Arrival, codec: Codec<T>, receivedAt: number): Message<T> {
  const { topic, payload, contentType, replyTo, headers, retained, redelivered } = arrival;
  const header = (name: string): string | undefined => firstOf(headers[name]);
  return {
    topic,
    value: decodeWith(codec, payload, topic),
    payload,
    headers,
    retained,
    redelivered,
    receivedAt,
    ...defined({
      contentType,
      replyTo,
      correlation: arrival.correlation,
      correlationId: correlationText(arrival.correlation),
      from: header('sb-from'),
      to: header('sb-to'),
      id: header('sb-id'),
      idempotencyKey: header('sb-idempotency-key'),
      ttlSeconds: arrival.ttlSeconds,
    }),
  };
}

export function firstOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}

const decoder = new TextDecoder('utf-8', { fatal: true });

export function correlationText(correlation: Uint8Array | undefined): string | undefined {
  if (!correlation) return undefined;
  try {
    return decoder.decode(correlation);
  } catch {
    return undefined;
  }
}

/** Without what is not there. */
export function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const there = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
