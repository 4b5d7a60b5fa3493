/** The clock and the dice, as a port: tests bring their own. */
export interface Time {
  /** Epoch milliseconds. */
  now(): number;
  /** Of `[0, 1)`. */
  random(): number;
  /** Resolves after that time, or at once when the signal is or becomes aborted. */
  sleep(millis: number, signal?: AbortSignal): Promise<void>;
}

const PAUSES_MILLIS: readonly number[] = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000];

/** Before the next attempt at what has failed so often before; the last pause is repeated. */
export function pauseMillis(failures: number): number {
  return PAUSES_MILLIS[Math.min(failures, PAUSES_MILLIS.length - 1)] ?? 0;
}

export const systemTime: Time = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (millis, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, millis);
      signal?.addEventListener('abort', end);
    }),
};

/**
 * Waits so long and no longer, and leaves no timer behind.
 *
 * @returns undefined: the time was over first
 */
export async function atMost<T>(millis: number, promise: Promise<T>, time: Time = systemTime): Promise<T | undefined> {
  const over = new AbortController();
  try {
    return await Promise.race([promise, time.sleep(millis, over.signal).then(() => undefined)]);
  } finally {
    over.abort();
  }
}
