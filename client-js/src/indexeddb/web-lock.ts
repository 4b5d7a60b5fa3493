import { SignalboxError } from '../error.js';

/** One tab owns a name, until it lets go or is gone. */
export class WebLock {
  private constructor(readonly release: () => void) {}

  /** @throws SignalboxError SPOOL_IN_USE after that time */
  static take(name: string, waitMillis: number): Promise<WebLock> {
    return new Promise((resolve, reject) => {
      const granted = (): Promise<void> =>
        new Promise((release) => {
          resolve(new WebLock(release));
        });
      navigator.locks.request(name, { signal: AbortSignal.timeout(waitMillis) }, granted).catch((error: unknown) => {
        const inUse = 'another tab or window owns it; give this client another name, or wait (spool.ownerWaitMillis)';
        const late = error instanceof DOMException && ['AbortError', 'TimeoutError'].includes(error.name);
        reject(late ? new SignalboxError('SPOOL_IN_USE', `'${name}': ${inUse}`) : (error as Error));
      });
    });
  }
}
