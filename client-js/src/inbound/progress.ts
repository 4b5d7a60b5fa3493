import type { Arrival } from '../link/packets.js';
import { firstOf } from './message.js';

const AGE = /^(\d{1,9})([smhd])$/;
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const PRIORITIES = 10;
const PRIORITY_DEFAULT = 4;

/**
 * How far a past was read, so that when the server has lost the session it goes on behind the last message that came:
 * nothing is missing, and what was read is not read again.
 */
export class Progress {
  /** By priority, as what has a higher one passes the others. 0: nothing came. */
  readonly #last = Array.from({ length: PRIORITIES }, () => 0);
  #askedAt: number | undefined;

  /** @param asked by the application: `sb-from` */
  constructor(private readonly asked: string) {}

  arrived({ sequence, redelivered, headers }: Arrival): void {
    if (sequence === undefined) return;
    const text = firstOf(headers['sb-priority']) ?? '';
    const priority = /^\d$/.test(text) ? Number(text) : PRIORITY_DEFAULT;
    for (let at = priority; at < PRIORITIES; at++) {
      // Not the highest there was: a server that begins anew begins with small ones. What is of higher priority and came
      // before it in the log has passed it, and so has come.
      const isNews = at === priority && !redelivered;
      this.#last[at] = isNews ? sequence : Math.max(sequence, this.#last[at] ?? 0);
    }
  }

  /** @returns what the server is asked for now */
  from(now: number): string {
    const since = now - (this.#askedAt ??= now);
    const came = this.#last.filter((sequence) => sequence > 0);
    if (came.length > 0) return `seq=${String(Math.min(...came) + 1)}`;
    const [, count, unit = ''] = AGE.exec(this.asked) ?? [];
    if (count === undefined || since <= 0) return this.asked;
    // What was an hour ago when it was asked for is more than an hour ago now.
    return `${String(Number(count) * (SECONDS[unit] ?? 1) + Math.ceil(since / 1_000))}s`;
  }
}
