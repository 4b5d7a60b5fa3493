/**
 * What the handlers of a client are at, so that a client that closes lets them finish. Answers leave in the order in
 * which the messages came (MQTT 5, 4.6): what came before a message that is in hand is handled as well, so that the
 * answer to that one can leave, and nothing that came after.
 */
export class Work {
  #offered = 0;
  /** Nothing with a higher number is begun. */
  #last = Infinity;
  /** By lane, the number of the message that its handler has. */
  readonly #inHand = new Map<object, number>();
  /** Whose handler is being called in this very turn. */
  #calling: object | undefined;
  /** Who has called {@link finish}: a handler cannot wait for itself. */
  #finisher: object | undefined;
  #idle: () => void = () => undefined;

  /** @returns the number of a message, in the order of the calls */
  offered(): number {
    return ++this.#offered;
  }

  mayBegin(number: number): boolean {
    return number <= this.#last;
  }

  call<T>(lane: object, number: number, handle: () => T): T {
    this.#inHand.set(lane, number);
    this.#calling = lane;
    try {
      return handle();
    } finally {
      this.#calling = undefined;
    }
  }

  /** It begins nothing more for now. */
  left(lane: object): void {
    this.#inHand.delete(lane);
    if (this.#isIdle()) this.#idle();
  }

  /**
   * Nothing more is begun but what came before a message that is in hand.
   *
   * @returns resolves when that is handled; undefined: there is nothing to wait for
   */
  finish(): Promise<void> | undefined {
    this.#finisher = this.#calling;
    this.#last = 0;
    for (const [lane, number] of this.#inHand) if (lane !== this.#finisher) this.#last = Math.max(this.#last, number);
    if (this.#isIdle()) return undefined;
    return new Promise((resolve) => (this.#idle = resolve));
  }

  #isIdle(): boolean {
    return this.#inHand.size === (this.#finisher && this.#inHand.has(this.#finisher) ? 1 : 0);
  }
}
