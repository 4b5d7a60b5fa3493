import type { Headers } from '../outbound/envelope.js';

/** PUBACK (MQTT 5, 3.4). */
export interface PubAck {
  readonly reasonCode: number;
  readonly reasonText: string | undefined;
}

/** PUBLISH from the server (MQTT 5, 3.3). */
export interface Arrival {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: number;
  readonly retained: boolean;
  /** The server has sent it before, and does not know whether it came. */
  readonly redelivered: boolean;
  readonly subscriptionIds: readonly number[];
  readonly contentType: string | undefined;
  readonly replyTo: string | undefined;
  readonly correlation: Uint8Array | undefined;
  /** Seconds of its life that were left when the server sent it. */
  readonly ttlSeconds: number | undefined;
  /** Where it stands in the server's log; undefined: it does not, or the server does not say. */
  readonly sequence: number | undefined;
  /** Without `sb-sequence`, which is of the delivery and not of the message. */
  readonly headers: Headers;
}

export const PUBACK_SUCCESS = 0x00;
/** The server then moves the message to its dead letters. */
export const PUBACK_FAILED = 0x80;
export const PUBACK_UNREADABLE = 0x99;

export interface SubscribeRequest {
  readonly filter: string;
  readonly qos: 0 | 1;
  readonly subscriptionId: number;
  /** `sb-from` and `sb-speed`. */
  readonly userProperties: Record<string, string>;
}
