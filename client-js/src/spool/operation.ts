import { Later } from '../later.js';
import type { Appended, Told } from './spool.js';

/** What is to be written into a spool. */
export type Operation = Append | Done;

export class Append implements Appended {
  readonly #stored = new Later<void>();
  #body: Uint8Array | undefined;

  constructor(
    readonly sequence: number,
    body: Uint8Array,
    private readonly told: Told | undefined,
  ) {
    this.#body = body;
  }

  /** Until it is settled. */
  get body(): Uint8Array {
    return this.#body ?? NOTHING;
  }

  get stored(): Promise<void> {
    return this.#stored.promise;
  }

  settled(error?: unknown): void {
    // A receipt is kept for as long as its message waits for the server.
    this.#body = undefined;
    this.told?.(this.sequence, error);
    if (error === undefined) this.#stored.resolve();
    else this.#stored.reject(error);
  }
}

const NOTHING = new Uint8Array();

/** What is done with is to be written down, which is beside what else is written: its failure is not this one's. */
export class Done {
  readonly #tried = new Later<void>();

  get tried(): Promise<void> {
    return this.#tried.promise;
  }

  settled(): void {
    this.#tried.resolve();
  }
}
