import { SignalboxError } from '../error.js';
import type { PubAck } from '../link/packets.js';
import type { Spool, SpoolEntry } from '../spool/spool.js';
import { pauseMillis, type Time } from '../time.js';
import { checkSize, decodeEnvelope, encodeEnvelope, type Envelope } from './envelope.js';
import { OpenReceipt, type Receipt } from './receipt.js';
import { isRefusal, isWorthRepeating, refusal, REFUSALS_UNTOLD_MAX } from './retry.js';

/** A connection, as far as publishing goes. */
export interface Sending {
  /** Unacknowledged publishes that the server accepts at once. */
  readonly receiveMaximum: number;
  /** Largest packet that the server accepts. */
  readonly packetBytesMax: number;
  /** Rejects when the connection ends before the answer. */
  publish(envelope: Envelope): Promise<PubAck>;
}

export interface OutboxSettings {
  /** On the way at once. */
  readonly inFlightMax: number;
  /** A message that will not be sent; nobody may be waiting for it any more. */
  readonly refused: (error: SignalboxError, envelope: Envelope | undefined) => void;
  /** The spool could not be read, or could not forget; or the server keeps refusing a message for now. */
  readonly failed: (error: unknown) => void;
}

const LOAD_MESSAGES_MAX = 512;
const LOAD_BYTES_MAX = 1 << 20;
const KEY = 'sb-idempotency-key';

/**
 * Sends what the spool holds, in its order, whenever there is a connection. Of each message one copy is on its way; when
 * a connection ends, what it had not acknowledged goes again over the next one, in the same order under the same keys.
 *
 * What the server refuses for now stops those behind it until it is taken; up to `inFlightMax` were on their way already
 * and may overtake it. What it refuses for good is kept aside.
 */
export class Outbox {
  /** Read from the spool and not sent, ascending, all before {@link #loadedThrough}. */
  #loaded: SpoolEntry[] = [];
  #loadedThrough = 0;
  #storedThrough = 0;
  /** Something of an earlier life may be there. */
  #backlog = true;
  #loading = false;
  readonly #inFlight = new Map<number, SpoolEntry>();
  readonly #receipts = new Map<number, OpenReceipt>();
  /** Refusals so far, of those that were refused for now. */
  readonly #attempts = new Map<number, number>();
  #link: Sending | undefined;
  /** Aborted: the pause is over before its time. */
  #pause: AbortController | undefined;
  /** Until the spool, which could not be read, is read again. */
  #readPause: AbortController | undefined;
  #readFailures = 0;
  #closed = false;
  /** Messages that the server has acknowledged. */
  taken = 0;
  /** Is told when nothing waits any more. */
  emptied: () => void = () => undefined;

  constructor(
    private readonly spool: Spool,
    private readonly settings: OutboxSettings,
    private readonly time: Time,
  ) {
    // Whoever opens the spool can listen from the next turn on.
    if (spool.damagedBytes > 0)
      void time.sleep(0).then(() => {
        settings.failed(damage(spool));
      });
  }

  /** @throws SignalboxError SPOOL_FULL */
  publish(envelope: Envelope): Receipt {
    const receipt = new OpenReceipt(this.spool.append(encodeEnvelope(envelope), this.#stored));
    this.#receipts.set(receipt.sequence, receipt);
    return receipt;
  }

  readonly #stored = (sequence: number, error?: unknown): void => {
    if (error === undefined) {
      this.#storedThrough = Math.max(this.#storedThrough, sequence);
      this.#pump();
    } else {
      this.#receipts.get(sequence)?.reject(error);
      this.#receipts.delete(sequence);
    }
  };

  start(link: Sending): void {
    if (this.#closed) return;
    this.#link = link;
    // Another connection may be to a server that is well again.
    this.#resume();
    this.#pump();
  }

  stop(): void {
    this.#link = undefined;
    const unacknowledged = [...this.#inFlight.values()];
    this.#inFlight.clear();
    this.#loaded = [...unacknowledged, ...this.#loaded].sort((one, other) => one.sequence - other.sequence);
  }

  /** Nobody will hear of what is pending from this outbox any more. */
  close(): void {
    this.#closed = true;
    this.stop();
    this.#resume();
    this.#readPause?.abort();
    const error = new SignalboxError('CLOSED', 'the client was closed before the server acknowledged this message');
    for (const receipt of this.#receipts.values()) receipt.reject(error);
    this.#receipts.clear();
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  #pump(): void {
    const link = this.#link;
    if (!link || this.#pause) return;
    const room = Math.min(link.receiveMaximum, this.settings.inFlightMax);
    while (this.#inFlight.size < room) {
      const entry = this.#loaded.shift();
      if (!entry) {
        void this.#load();
        return;
      }
      this.#send(entry, link);
    }
  }

  async #load(): Promise<void> {
    if (this.#loading || !this.#hasMore()) return;
    this.#loading = true;
    const storedThrough = this.#storedThrough;
    try {
      const entries = await this.spool.read(this.#loadedThrough, LOAD_MESSAGES_MAX, LOAD_BYTES_MAX);
      this.#loaded.push(...entries);
      this.#loadedThrough = entries.at(-1)?.sequence ?? Math.max(this.#loadedThrough, storedThrough);
      if (entries.length === 0) this.#backlog = false;
      this.#readFailures = 0;
    } catch (error) {
      // Before that, should something be published or acknowledged.
      if (!this.#closed) {
        this.settings.failed(error);
        void this.#readAgain();
      }
      return;
    } finally {
      this.#loading = false;
    }
    if (this.#loaded.length > 0 || this.#hasMore()) this.#pump();
  }

  async #readAgain(): Promise<void> {
    if (this.#readPause) return;
    const pause = new AbortController();
    this.#readPause = pause;
    await this.time.sleep(pauseMillis(this.#readFailures++), pause.signal);
    this.#readPause = undefined;
    if (!pause.signal.aborted) this.#pump();
  }

  #hasMore(): boolean {
    return this.#backlog || this.#loadedThrough < this.#storedThrough;
  }

  #send(entry: SpoolEntry, link: Sending): void {
    const { sequence } = entry;
    let envelope: Envelope | undefined;
    try {
      envelope = decodeEnvelope(entry.body);
      this.#check(envelope, link);
    } catch (error) {
      void this.#refuse(entry, error as SignalboxError, envelope);
      return;
    }
    const sent = envelope;
    this.#inFlight.set(sequence, entry);
    link.publish(this.#outfit(sent, entry)).then(
      (ack) => {
        // An answer of a connection that is not the one any more: the message goes again, and is recognised.
        if (this.#link === link && this.#inFlight.delete(sequence)) this.#answered(entry, sent, ack);
      },
      () => undefined,
    );
  }

  #check(envelope: Envelope, link: Sending): void {
    if (envelope.expiresAt !== undefined && envelope.expiresAt <= this.time.now()) {
      throw new SignalboxError('EXPIRED', `a message to '${envelope.topic}' waited longer than its time to live`);
    }
    checkSize(envelope, link.packetBytesMax);
  }

  #outfit(envelope: Envelope, { spoolId, sequence }: SpoolEntry): Envelope {
    const key = envelope.headers?.[KEY] ?? `${spoolId}:${String(sequence)}`;
    return { ...envelope, headers: { ...envelope.headers, [KEY]: key } };
  }

  #answered(entry: SpoolEntry, envelope: Envelope, ack: PubAck): void {
    const { sequence } = entry;
    if (!isRefusal(ack)) {
      this.taken++;
      this.#receipts.get(sequence)?.resolve({ matched: ack.reasonCode !== 0x10 });
      this.#forget([sequence]);
    } else if (isWorthRepeating(ack)) {
      const refusals = this.#attempts.get(sequence) ?? 0;
      this.#attempts.set(sequence, refusals + 1);
      this.#loaded.push(entry);
      this.#loaded.sort((one, other) => one.sequence - other.sequence);
      if (refusals >= REFUSALS_UNTOLD_MAX) this.settings.failed(refusal(envelope.topic, ack));
      void this.#wait(pauseMillis(refusals));
    } else {
      void this.#refuse(entry, refusal(envelope.topic, ack), envelope);
    }
    this.#pump();
  }

  async #wait(millis: number): Promise<void> {
    if (this.#pause) return;
    const pause = new AbortController();
    this.#pause = pause;
    await this.time.sleep(millis, pause.signal);
    if (this.#pause !== pause) return;
    this.#pause = undefined;
    this.#pump();
  }

  #resume(): void {
    this.#pause?.abort();
    this.#pause = undefined;
  }

  async #refuse(entry: SpoolEntry, error: SignalboxError, envelope: Envelope | undefined): Promise<void> {
    const { sequence, body } = entry;
    const { code, reasonCode, message: text } = error;
    try {
      // What is too old was not to be kept, and of what the storage has lost there is nothing to keep.
      if (body && code !== 'EXPIRED') {
        const why = { code, text, refusedAt: this.time.now(), ...(reasonCode !== undefined && { reasonCode }) };
        await this.spool.shelve(entry, why);
      }
      this.#receipts.get(sequence)?.reject(error);
      this.settings.refused(error, envelope);
      this.#forget([sequence]);
    } catch (thrown) {
      // It stays in the spool, and is tried again by the next process.
      this.#receipts.get(sequence)?.reject(error);
      this.#receipts.delete(sequence);
      if (!this.#closed) this.settings.failed(thrown);
    }
    this.#pump();
  }

  #forget(sequences: readonly number[]): void {
    for (const sequence of sequences) {
      this.#receipts.delete(sequence);
      this.#attempts.delete(sequence);
    }
    this.spool.remove(sequences).catch((error: unknown) => {
      if (!this.#closed) this.settings.failed(error);
    });
    if (this.spool.pending().messages === 0) this.emptied();
  }
}

function damage({ damagedBytes }: Spool): SignalboxError {
  const lost = `${String(damagedBytes)} bytes of the spool were damaged; what was in them is lost, the rest is sent`;
  return new SignalboxError('SPOOL_DAMAGED', lost);
}
