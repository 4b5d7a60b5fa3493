/** It is told once: it is written, or was refused with that. */
export interface Settling {
  settled(error?: unknown): void;
}

/**
 * Gathers what is to be written while a write is under way, and writes it together: many wait, one flush. The groups are
 * written one after the other, in the order of the calls.
 */
export class GroupWriter<T extends Settling> {
  #waiting: T[] = [];
  #writing: Promise<void> | undefined;

  constructor(
    private readonly write: (group: readonly T[]) => Promise<void>,
    /** What may be written together: so many, or of whatever {@link weightOf} tells; one in any case. */
    private readonly weightMax = 4_096,
    private readonly weightOf: (item: T) => number = () => 1,
  ) {}

  add(item: T): void {
    this.#waiting.push(item);
    this.#writing ??= this.#run();
  }

  /** Resolves when nothing is waiting any more. */
  async idle(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  #countOfNext(): number {
    let count = 0;
    for (let weight = 0; count < this.#waiting.length; count++) {
      const item = this.#waiting[count];
      if (item) weight += this.weightOf(item);
      if (weight > this.weightMax && count > 0) break;
    }
    return count;
  }

  async #run(): Promise<void> {
    // What is added in the same turn belongs to the first group.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, this.#countOfNext());
      let refused: unknown;
      try {
        await this.write(group);
      } catch (error) {
        refused = error ?? new Error('not written');
      }
      for (const item of group) item.settled(refused);
    }
    this.#writing = undefined;
  }
}
