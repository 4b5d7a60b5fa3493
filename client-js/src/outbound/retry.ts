import { SignalboxError } from '../error.js';
import type { PubAck } from '../link/packets.js';

/** Pauses before a message that was refused for now is sent again: the `delivery` preset. */
export const RETRY_DELAYS_MILLIS: readonly number[] = [1_000, 2_000, 4_000];

const SUCCESS_MAX = 0x7f;
const IMPLEMENTATION_SPECIFIC = 0x83;
const QUOTA_EXCEEDED = 0x97;

export function isRefusal(ack: PubAck): boolean {
  return ack.reasonCode > SUCCESS_MAX;
}

/** A full queue or disk, or a busy server, may be another matter a second later. */
export function isWorthRepeating(ack: PubAck): boolean {
  if (ack.reasonCode === QUOTA_EXCEEDED) return true;
  return ack.reasonCode === IMPLEMENTATION_SPECIFIC && /\bbusy\b/i.test(ack.reasonText ?? '');
}

export function refusal(topic: string, ack: PubAck): SignalboxError {
  const why = ack.reasonText === undefined ? '' : `: ${ack.reasonText}`;
  const code = `0x${ack.reasonCode.toString(16)}`;
  return new SignalboxError('REFUSED', `the server refused a message to '${topic}' with ${code}${why}`, ack.reasonCode);
}
