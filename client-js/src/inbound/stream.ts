/**
 * A subscription as an `AsyncIterable`: the loop's body has a message to itself, and it is acknowledged when the loop
 * asks for the next one. What comes meanwhile waits at the subscription, and behind its bounds at the server.
 */
export class MessageStream<T> implements AsyncIterableIterator<T> {
  #ready: { readonly value: T; readonly taken: () => void } | undefined;
  #taken: (() => void) | undefined;
  #asked: ((result: IteratorResult<T>) => void) | undefined;
  #failure: { readonly error: unknown } | undefined;
  #over = false;

  /** @param leave ends the subscription */
  constructor(private readonly leave: () => Promise<void>) {}

  /** For the subscription: resolves when the loop is through with it. */
  push(value: T): Promise<void> {
    if (this.#over) return Promise.resolve();
    return new Promise((taken) => {
      if (this.#asked) {
        this.#taken = taken;
        this.#asked({ value, done: false });
        this.#asked = undefined;
      } else {
        this.#ready = { value, taken };
      }
    });
  }

  /** For the subscription: nothing will come any more. */
  fail(error: unknown): void {
    this.#failure = { error };
    void this.return();
  }

  next(): Promise<IteratorResult<T>> {
    this.#taken?.();
    this.#taken = undefined;
    if (this.#failure) return Promise.reject(this.#failure.error as Error);
    if (this.#over) return Promise.resolve({ value: undefined, done: true });
    const ready = this.#ready;
    if (ready) {
      this.#ready = undefined;
      this.#taken = ready.taken;
      return Promise.resolve({ value: ready.value, done: false });
    }
    return new Promise((resolve) => {
      this.#asked = resolve;
    });
  }

  async return(): Promise<IteratorResult<T>> {
    const result = { value: undefined, done: true } as const;
    if (this.#over) return result;
    this.#over = true;
    this.#taken?.();
    this.#ready?.taken();
    this.#asked?.(result);
    await this.leave();
    return result;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
