import { Later } from '../later.js';
import type { Appended } from '../spool/spool.js';

/** What the server said. */
export interface Acknowledgement {
  /** Whether anybody was subscribed (MQTT 5, reason 0x10 says nobody was). */
  readonly matched: boolean;
}

/** The two stages of a publish. Neither needs to be waited for; what fails is told to the `refused` listeners as well. */
export interface Receipt {
  /** The place of the message in its spool. */
  readonly sequence: number;
  /** It is in the spool: on disk, with a spool that is durable, and it will be sent however this process ends. */
  readonly spooled: Promise<void>;
  /** The server has it, as durable as the server makes things; or it was refused. */
  readonly acknowledged: Promise<Acknowledgement>;
}

/** A receipt whose second stage is still open. */
export class OpenReceipt implements Receipt {
  readonly #acknowledged = new Later<Acknowledgement>();

  constructor(private readonly appended: Appended) {}

  get sequence(): number {
    return this.appended.sequence;
  }

  get spooled(): Promise<void> {
    return this.appended.stored;
  }

  get acknowledged(): Promise<Acknowledgement> {
    return this.#acknowledged.promise;
  }

  resolve(acknowledgement: Acknowledgement): void {
    this.#acknowledged.resolve(acknowledgement);
  }

  reject(error: unknown): void {
    this.#acknowledged.reject(error);
  }
}
