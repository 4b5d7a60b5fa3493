import type { Codec } from './codec/codec.js';
import type { SignalboxError } from './error.js';
import type { Envelope } from './outbound/envelope.js';
import type { Pending } from './spool/spool.js';

export interface SubscribeOptions<T> {
  /** JSON by default. */
  readonly codec?: Codec<T>;
  /** 1 by default: what is not acknowledged comes again. Of several subscribers to one filter the highest counts. */
  readonly qos?: 0 | 1;
  /** Begin in the past: `all`, `last=50`, `topic-last`, `seq=123`, `15m`, a time. */
  readonly from?: string;
  /** Replay the past at its pace (1), faster (10), or at once (0, the default). */
  readonly speed?: number;
  /**
   * When the server has lost the session (it was away longer than `sessionExpirySeconds`), ask its log for what was
   * missed. Messages without idempotency key may then come twice. False by default.
   */
  readonly catchUp?: boolean;
}

export interface Subscription {
  /** Resolves when the server has granted it, which takes a connection; rejects when it refuses. */
  readonly granted: Promise<void>;
  unsubscribe(): Promise<void>;
}

export interface ClientEvents {
  connected: readonly [];
  /** Also after attempts that failed: with the reason in the words of the server or the system. */
  disconnected: readonly [reason: string, reasonCode: number | undefined];
  /**
   * A message that will not be delivered: refused by the server, too large, too old, damaged in the spool. Unless it was
   * too old, it is kept in `client.refused`.
   */
  refused: readonly [error: SignalboxError, message: Envelope | undefined];
  /**
   * A handler threw, or could not read a message, which then went to the dead letters; the spool failed or was damaged;
   * the server refuses a subscription that it had granted, or keeps refusing a message for now, which is tried on.
   * Without a listener it is written to the console.
   */
  failed: readonly [error: unknown];
}

export interface ClientStats {
  /** Messages that the server has taken. */
  readonly published: number;
  /** Messages that handlers got. */
  readonly delivered: number;
  /** Messages of QoS 0 that a slow subscriber did not get, or nobody has subscribed to. */
  readonly dropped: number;
  readonly pending: Pending;
  /** Messages that were refused for good and are kept. */
  readonly refused: number;
  /** What the spool had lost to damage of the storage when it was opened. */
  readonly damagedBytes: number;
  readonly reconnects: number;
}
