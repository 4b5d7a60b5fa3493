/**
 * Gathers what is to be written while a write is under way, and writes it together: many wait, one flush. The groups are
 * written one after the other, in the order of the calls.
 */
export class GroupWriter<T> {
  #waiting: { item: T; resolve: () => void; reject: (error: unknown) => void }[] = [];
  #writing: Promise<void> | undefined;

  constructor(
    private readonly write: (group: readonly T[]) => Promise<void>,
    private readonly groupMax = 4_096,
  ) {}

  /** Resolves when it is written; rejects with what its group was refused with. */
  add(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#writing ??= this.#run();
    });
  }

  /** Resolves when nothing is waiting any more. */
  async idle(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #run(): Promise<void> {
    // What is added in the same turn belongs to the first group.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, this.groupMax);
      try {
        await this.write(group.map((waiting) => waiting.item));
        for (const waiting of group) waiting.resolve();
      } catch (error) {
        for (const waiting of group) waiting.reject(error);
      }
    }
    this.#writing = undefined;
  }
}
