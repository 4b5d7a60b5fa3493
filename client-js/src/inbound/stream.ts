interface Asked<T> {
  readonly resolve: (result: IteratorResult<T>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A subscription as an `AsyncIterable`: the loop's body has a message to itself, and it is acknowledged when the loop
 * asks for the next one. What comes meanwhile waits at the subscription, and behind its bounds at the server.
 */
export class MessageStream<T> implements AsyncIterableIterator<T> {
  #ready: { readonly value: T; readonly taken: () => void; readonly refused: (error: unknown) => void } | undefined;
  #taken: (() => void) | undefined;
  #asked: Asked<T>[] = [];
  #failure: { readonly error: unknown } | undefined;
  #over = false;
  /** Nobody is to begin with a message any more who has not asked for it by now. */
  #finishing: Error | undefined;

  /** @param leave ends the subscription */
  constructor(private readonly leave: () => Promise<void>) {}

  /** For the subscription: resolves when the loop is through with it. */
  push(value: T): Promise<void> {
    if (this.#over) return Promise.resolve();
    return new Promise((taken, refused) => {
      const asked = this.#asked.shift();
      if (!asked && this.#finishing) {
        refused(this.#finishing);
        return;
      }
      if (!asked) {
        this.#ready = { value, taken, refused };
        return;
      }
      // Whoever has asked for the one behind it already is through with this one.
      if (this.#asked.length > 0) taken();
      else this.#taken = taken;
      asked.resolve({ value, done: false });
    });
  }

  /** For the subscription: what the loop has not seen goes back with that, and what it has it may finish. */
  finish(error: Error): void {
    this.#finishing = error;
    this.#ready?.refused(error);
    this.#ready = undefined;
  }

  /** For the subscription: nothing will come any more. What the loop has not seen is not acknowledged. */
  end(): void {
    this.#over = true;
    this.#ready = undefined;
    for (const { resolve } of this.#asked.splice(0)) resolve({ value: undefined, done: true });
  }

  /** For the subscription: the same, and the loop is to be told why. */
  fail(error: unknown): void {
    if (this.#over) return;
    this.#ready?.refused(error);
    const asked = this.#asked.shift();
    if (asked) asked.reject(error);
    else this.#failure = { error };
    this.end();
  }

  next(): Promise<IteratorResult<T>> {
    this.#taken?.();
    this.#taken = undefined;
    const failure = this.#failure;
    if (failure) {
      this.#failure = undefined;
      return Promise.reject(failure.error as Error);
    }
    if (this.#over) return Promise.resolve({ value: undefined, done: true });
    const ready = this.#ready;
    if (ready) {
      this.#ready = undefined;
      this.#taken = ready.taken;
      return Promise.resolve({ value: ready.value, done: false });
    }
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject });
    });
  }

  async return(): Promise<IteratorResult<T>> {
    const result = { value: undefined, done: true } as const;
    this.#taken?.();
    this.#taken = undefined;
    if (this.#over) return result;
    this.#ready?.taken();
    this.end();
    await this.leave();
    return result;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
