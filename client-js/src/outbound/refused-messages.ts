import type { Refusal, Spool } from '../spool/spool.js';
import { decodeEnvelope, type Envelope } from './envelope.js';
import type { Receipt } from './receipt.js';

/** A message that the server will not take, kept until somebody removes it or sends it again. */
export interface RefusedMessage extends Refusal {
  /** The place it had in the spool; names it here. */
  readonly sequence: number;
  /** Undefined when the storage no longer gives it back. */
  readonly message: Envelope | undefined;
}

/** What was refused for good. It counts against the bounds of the spool. */
export class RefusedMessages {
  constructor(
    private readonly spool: Spool,
    private readonly publish: (envelope: Envelope) => Receipt,
  ) {}

  get count(): number {
    return this.spool.refusedCount();
  }

  /** Oldest first. */
  async list(messagesMax = 100): Promise<RefusedMessage[]> {
    const entries = await this.spool.refused(messagesMax);
    return entries.map(({ sequence, refusal, body }) => ({ ...refusal, sequence, message: read(body) }));
  }

  /** @returns whether there was one */
  remove(sequence: number): Promise<boolean> {
    return this.spool.removeRefused(sequence);
  }

  /**
   * Publishes it as a new message, behind what waits, and forgets the refused one when that is in the spool.
   *
   * @returns undefined: there is none of that sequence that could be read
   * @throws SignalboxError SPOOL_FULL, CLOSED: it is still there
   */
  async sendAgain(sequence: number): Promise<Receipt | undefined> {
    const [entry] = await this.spool.refused(1, sequence);
    const message = entry && read(entry.body);
    if (!message) return undefined;
    const receipt = this.publish(message);
    await receipt.spooled;
    await this.remove(sequence);
    return receipt;
  }
}

function read(body: Uint8Array | undefined): Envelope | undefined {
  try {
    return decodeEnvelope(body);
  } catch {
    return undefined;
  }
}
