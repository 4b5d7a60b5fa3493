/** How the handling of a message ends: a reason code of PUBACK. */
export type Handled = Promise<number>;

/**
 * The newest messages by key, and what became of them: what comes again is not handled again, and answered as the first
 * one was, when that is known.
 */
export class Seen {
  readonly #handled = new Map<string, Handled>();

  constructor(private readonly keysMax: number) {}

  /**
   * @param key undefined: it has none, and is never known again
   * @param handle returns undefined when nobody takes it, which is not remembered
   */
  once(key: string | undefined, handle: () => Handled | undefined): Handled | undefined {
    if (key === undefined) return handle();
    const known = this.#handled.get(key);
    if (known) return known;
    const handled = handle();
    if (!handled) return undefined;
    this.#handled.set(key, handled);
    if (this.#handled.size > this.keysMax) {
      for (const oldest of this.#handled.keys()) {
        this.#handled.delete(oldest);
        break;
      }
    }
    return handled;
  }
}
