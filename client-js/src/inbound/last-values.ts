import type { Arrival } from '../link/packets.js';

export interface LastValuesOptions {
  readonly topicsMax: number;
  /** Of payloads and topics. */
  readonly bytesMax: number;
}

/** The newest message of each topic that came, as many as fit; those longest without a new one go first. */
export class LastValues {
  readonly #arrivals = new Map<string, Arrival>();
  #bytes = 0;

  constructor(private readonly options: LastValuesOptions) {}

  put(arrival: Arrival): void {
    this.#delete(arrival.topic);
    // What says that a retained message is gone.
    if (arrival.payload.length === 0) return;
    this.#arrivals.set(arrival.topic, arrival);
    this.#bytes += sizeOf(arrival);
    for (const topic of this.#arrivals.keys()) {
      if (this.#arrivals.size <= this.options.topicsMax && this.#bytes <= this.options.bytesMax) return;
      this.#delete(topic);
    }
  }

  get(topic: string): Arrival | undefined {
    return this.#arrivals.get(topic);
  }

  #delete(topic: string): void {
    const arrival = this.#arrivals.get(topic);
    if (arrival && this.#arrivals.delete(topic)) this.#bytes -= sizeOf(arrival);
  }
}

function sizeOf(arrival: Arrival): number {
  return arrival.payload.length + 2 * arrival.topic.length;
}
