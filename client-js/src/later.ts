type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/**
 * What will be known later. Most of those who publish wait for no message in particular, so a promise is made only where
 * somebody asks for one.
 */
export class Later<T> {
  #outcome: Outcome<T> | undefined;
  #promise: Promise<T> | undefined;
  #settle: ((outcome: Outcome<T>) => void) | undefined;

  get promise(): Promise<T> {
    if (!this.#promise) {
      this.#promise = new Promise((resolve, reject) => {
        this.#settle = (outcome) => {
          if ('error' in outcome) reject(outcome.error as Error);
          else resolve(outcome.value);
        };
        if (this.#outcome) this.#settle(this.#outcome);
      });
      // Who does not wait for it has not asked to be stopped by it.
      this.#promise.catch(() => undefined);
    }
    return this.#promise;
  }

  resolve(value: T): void {
    this.#end({ value });
  }

  reject(error: unknown): void {
    this.#end({ error });
  }

  #end(outcome: Outcome<T>): void {
    this.#outcome ??= outcome;
    this.#settle?.(outcome);
  }
}
