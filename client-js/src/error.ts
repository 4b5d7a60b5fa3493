/** Stable names of what can go wrong here; the server's own reasons are in `reasonCode`. */
export type ErrorCode =
  | 'CLOSED'
  | 'EXPIRED'
  | 'FILTER_INVALID'
  | 'HTTP_FAILED'
  | 'IDENTITY_INVALID'
  | 'NOT_CONNECTED'
  | 'NO_RESPONDERS'
  | 'OPTION_INVALID'
  | 'PAYLOAD_TOO_LARGE'
  | 'PAYLOAD_UNREADABLE'
  | 'REFUSED'
  | 'REPLY_FAILED'
  | 'SPOOL_DAMAGED'
  | 'SPOOL_FAILED'
  | 'SPOOL_FULL'
  | 'SPOOL_IN_USE'
  | 'SUBSCRIBE_REFUSED'
  | 'TIMEOUT'
  | 'TOPIC_INVALID'
  | 'TOPIC_TOO_DEEP';

/** Every error of this package. The message says what was wrong, with the value and the limit, and what to do next. */
export class SignalboxError extends Error {
  override readonly name = 'SignalboxError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    /** Of MQTT 5 (2.4), when the server gave one. */
    readonly reasonCode?: number,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** For values that end up in messages: at most 80 characters. */
export function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
