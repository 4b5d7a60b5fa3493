import { auto, type Codec } from '../codec/codec.js';
import { correlationText, defined } from '../inbound/message.js';

/** A message from the server's log. */
export interface StoredMessage<T> {
  /** Its place in the log. */
  readonly sequence: number;
  /** When the server took it, in epoch milliseconds. */
  readonly timestamp: number;
  readonly topic: string;
  readonly value: T;
  readonly payload: Uint8Array;
  readonly contentType?: string;
  readonly correlationId?: string;
  readonly from?: string;
  readonly to?: string;
  readonly id?: string;
  readonly idempotencyKey?: string;
}

/** A message that could not be delivered. */
export interface DeadLetter<T> {
  readonly id: number;
  /** The session that could not take it. */
  readonly session: string;
  /** Why, in order. */
  readonly deaths: readonly { readonly reason: string; readonly count: number; readonly error: string }[];
  readonly message: StoredMessage<T>;
}

export interface ReplayOptions<T> {
  /** `all` (the default), `last=50`, `seq=123`, `15m`, a time; a number is a time in epoch milliseconds. */
  readonly from?: string | number | Date;
  /** 0 (the default): as fast as can be; 1: as it happened. */
  readonly speed?: number;
  /** At most so many messages. */
  readonly limit?: number;
  /** By default JSON becomes its value, other text a string, the rest bytes. */
  readonly codec?: Codec<T>;
  readonly signal?: AbortSignal;
}

/** As the HTTP API writes it. */
export interface MessageDocument {
  readonly sequence?: number;
  readonly time?: number;
  readonly topic: string;
  readonly payload?: string;
  readonly payloadBase64?: string;
  readonly correlationBase64?: string;
  readonly contentType?: string;
  readonly from?: string;
  readonly to?: string;
  readonly id?: string;
  readonly idempotencyKey?: string;
}

export function storedMessage<T>(
  document: MessageDocument,
  codec: Codec<T> = auto as Codec<T>,
  place: { sequence?: number; time?: number } = document,
): StoredMessage<T> {
  const { topic, contentType, from, to, id, idempotencyKey, correlationBase64 } = document;
  const payload =
    document.payloadBase64 === undefined
      ? new TextEncoder().encode(document.payload ?? '')
      : ofBase64(document.payloadBase64);
  const correlation = correlationBase64 === undefined ? undefined : ofBase64(correlationBase64);
  return {
    sequence: place.sequence ?? 0,
    timestamp: place.time ?? 0,
    topic,
    value: codec.decode(payload),
    payload,
    ...defined({ contentType, from, to, id, idempotencyKey, correlationId: correlationText(correlation) }),
  };
}

export function fromText(from: string | number | Date): string {
  return typeof from === 'string' ? from : new Date(from).toISOString();
}

function ofBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
