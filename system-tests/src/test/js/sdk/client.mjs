// The package as it was built, and what its scenarios share.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export * from '../../../../../client-js/dist/node.js';

export const folder = mkdtempSync(join(tmpdir(), 'signalbox-sdk-'));
let timeoutMillis = 30_000;

export function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not happen within ${timeoutMillis} ms`)), timeoutMillis);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** What came, and a promise for when so many have. */
export class Got {
  values = [];
  #waiting = [];

  add(value) {
    this.values.push(value);
    for (const { count, resolve } of this.#waiting) if (this.values.length >= count) resolve(this.values.slice(0, count));
  }

  take(count) {
    if (this.values.length >= count) return Promise.resolve(this.values.slice(0, count));
    const whole = new Promise((resolve) => this.#waiting.push({ count, resolve }));
    return within(whole, `message ${count}`).catch((error) => {
      throw new Error(`${error.message}; there are ${this.values.length}`, { cause: error });
    });
  }
}

export function numbers(count) {
  return Array.from({ length: count }, (_, n) => n);
}

/** One line for each scenario, exit code 1 if any fails. @param patienceMillis for each thing that is waited for */
export async function run(scenarios, patienceMillis = timeoutMillis) {
  timeoutMillis = patienceMillis;
  let failed = 0;
  for (const [name, scenario] of Object.entries(scenarios)) {
    try {
      await within(scenario(), name);
      console.log(`ok ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAILED ${name}\n${error.stack}`);
    }
  }
  rmSync(folder, { recursive: true });
  console.log(`${Object.keys(scenarios).length} scenarios, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}
