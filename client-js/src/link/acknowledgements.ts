/**
 * Answers leave in the order in which the messages came (MQTT 5, 4.6), each when its message has been handled and all
 * before it have.
 */
export class Acknowledgements {
  readonly #waiting: { readonly packetId: number; reason: number | undefined }[] = [];

  constructor(private readonly send: (packetId: number, reason: number) => void) {}

  /** @returns to be called once, with the reason code of the answer */
  came(packetId: number): (reason: number) => void {
    const entry: { readonly packetId: number; reason: number | undefined } = { packetId, reason: undefined };
    this.#waiting.push(entry);
    return (reason) => {
      entry.reason ??= reason;
      for (let first = this.#waiting[0]; first?.reason !== undefined; first = this.#waiting[0]) {
        this.#waiting.shift();
        this.send(first.packetId, first.reason);
      }
    };
  }

  get size(): number {
    return this.#waiting.length;
  }
}
