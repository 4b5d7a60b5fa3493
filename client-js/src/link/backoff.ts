/** Pauses between attempts, in milliseconds. */
export interface BackoffOptions {
  readonly initialMillis: number;
  readonly multiplier: number;
  readonly delayMillisMax: number;
  /** A connection that lasted so long begins a new series. */
  readonly resetAfterMillis: number;
  /** Ceiling of the pause after the browser has told that there is a network again. */
  readonly onlineMillisMax: number;
}

export const DEFAULT_BACKOFF: BackoffOptions = {
  initialMillis: 100,
  multiplier: 2,
  delayMillisMax: 30_000,
  resetAfterMillis: 10_000,
  onlineMillisMax: 2_000,
};

/** A server may ask for at most so long a pause. */
export const RETRY_AFTER_MILLIS_MAX = 300_000;

/** Exponential with full jitter, unless the server has said when it wants us back. */
export class Backoff {
  #attempts = 0;

  constructor(
    private readonly options: BackoffOptions,
    private readonly random: () => number,
  ) {}

  /** @param suggestedMillis by the server, bounded here */
  next(suggestedMillis?: number): number {
    const { initialMillis, multiplier, delayMillisMax } = this.options;
    const ceiling = Math.min(initialMillis * multiplier ** Math.min(this.#attempts, 64), delayMillisMax);
    this.#attempts++;
    if (suggestedMillis !== undefined) return Math.min(Math.max(suggestedMillis, 0), RETRY_AFTER_MILLIS_MAX);
    // Of the whole range below the ceiling, so that clients that wait long are spread as well, and none waits longer.
    return this.random() * ceiling;
  }

  /** What is left of a pause when there is a network again. */
  afterNews(): number {
    return this.random() * this.options.onlineMillisMax;
  }

  lasted(millis: number): void {
    if (millis >= this.options.resetAfterMillis) this.#attempts = 0;
  }
}

/** `sb-retry-after`: milliseconds, decimal. Anything else is as if it were not there. */
export function retryAfterMillis(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
