import { SignalboxError } from '../error.js';
import type { PubAck } from '../link/packets.js';

/** Refusals after which somebody should hear of it. */
export const REFUSALS_UNTOLD_MAX = 3;

const SUCCESS_MAX = 0x7f;
const UNSPECIFIED = 0x80;
const IMPLEMENTATION_SPECIFIC = 0x83;
const SERVER_BUSY = 0x89;
const QUOTA_EXCEEDED = 0x97;

export function isRefusal(ack: PubAck): boolean {
  return ack.reasonCode > SUCCESS_MAX;
}

/**
 * A limit, or a fault of the server's own, says nothing of the message. The server answers 0x80 while it shuts down and
 * when its disk fails.
 */
export function isWorthRepeating(ack: PubAck): boolean {
  switch (ack.reasonCode) {
    case UNSPECIFIED:
    case SERVER_BUSY:
    case QUOTA_EXCEEDED:
      return true;
    case IMPLEMENTATION_SPECIFIC:
      return /\bbusy\b/i.test(ack.reasonText ?? '');
    default:
      return false;
  }
}

export function refusal(topic: string, ack: PubAck): SignalboxError {
  const why = ack.reasonText === undefined ? '' : `: ${ack.reasonText}`;
  const code = `0x${ack.reasonCode.toString(16)}`;
  return new SignalboxError('REFUSED', `the server refused a message to '${topic}' with ${code}${why}`, ack.reasonCode);
}
