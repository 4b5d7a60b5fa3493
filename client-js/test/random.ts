/** Repeatable: the seed is in every message of a failure; give it by the environment variable SEED. */
export class Random {
  readonly #seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  #state = this.#seed;

  /** Of `[0, 1)`: mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  text(pieces: readonly string[], lengthMax: number): string {
    return Array.from({ length: this.below(lengthMax + 1) }, () => pieces[this.below(pieces.length)] ?? '').join('');
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  seedText(): string {
    return `SEED=${String(this.#seed)}`;
  }
}
