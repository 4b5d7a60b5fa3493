/**
 * Who wants to hear of what. A listener that throws, or whose promise does, is told to the console's error,
 * and keeps nobody from hearing.
 */
export class Listeners<Events extends Record<keyof Events, readonly unknown[]>> {
  readonly #listeners: { [Name in keyof Events]?: Set<(...told: Events[Name]) => void> } = {};

  /** @returns takes the listener away again */
  on<Name extends keyof Events>(name: Name, listener: (...told: Events[Name]) => void): () => void {
    (this.#listeners[name] ??= new Set<(...told: Events[Name]) => void>()).add(listener);
    return () => {
      this.off(name, listener);
    };
  }

  off<Name extends keyof Events>(name: Name, listener: (...told: Events[Name]) => void): void {
    this.#listeners[name]?.delete(listener);
  }

  /** @returns whether there was any */
  tell<Name extends keyof Events>(name: Name, ...told: Events[Name]): boolean {
    const listeners = [...(this.#listeners[name] ?? [])];
    const threw = (error: unknown): void => {
      console.error(`a listener of '${String(name)}' threw`, error);
    };
    for (const listener of listeners) {
      try {
        const done = (listener as (...told: Events[Name]) => unknown)(...told);
        // One that is async: in Node.js a promise that nobody looks after ends the process.
        if (done instanceof Promise) done.catch(threw);
      } catch (error) {
        threw(error);
      }
    }
    return listeners.length > 0;
  }
}
