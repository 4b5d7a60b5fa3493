import { PUBACK_SUCCESS, type Arrival } from '../link/packets.js';
import { matches } from '../topic/filter.js';

export interface Claimed {
  readonly arrival: Arrival;
  readonly handled: (reason: number) => void;
}

/**
 * What a session of an earlier life of this application brings before the application has subscribed again. It is held,
 * unacknowledged, until somebody subscribes to it or the time for that is over.
 */
export class Unclaimed {
  #held: Claimed[] = [];
  #over = false;

  hold(claimed: Claimed): void {
    if (this.#over) claimed.handled(PUBACK_SUCCESS);
    else this.#held.push(claimed);
  }

  claim(filter: string): Claimed[] {
    const mine = this.#held.filter(({ arrival }) => matches(filter, arrival.topic));
    this.#held = this.#held.filter((held) => !mine.includes(held));
    return mine;
  }

  /** @returns how many nobody wanted */
  end(): number {
    this.#over = true;
    const unwanted = this.#held.splice(0);
    for (const { handled } of unwanted) handled(PUBACK_SUCCESS);
    return unwanted.length;
  }
}
