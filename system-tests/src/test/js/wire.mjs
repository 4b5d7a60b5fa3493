import net from 'node:net';

/** A wire that can be lost: nothing passes and nobody is told, as when a cable is pulled; new connections hang. */
export class Wire {
  #pairs = new Set();
  #lost = false;

  constructor(target) {
    this.server = net.createServer((near) => {
      const far = this.#lost ? null : net.connect(target, '127.0.0.1');
      const pair = { near, far };
      this.#pairs.add(pair);
      const end = () => {
        if (!this.#lost) this.#destroy(pair);
      };
      for (const socket of [near, far]) socket?.on('error', end).on('close', end);
      near.on('data', (bytes) => this.#lost || far?.write(bytes));
      far?.on('data', (bytes) => this.#lost || near.write(bytes));
    });
  }

  async listen() {
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    return this.server.address().port;
  }

  lose() {
    this.#lost = true;
  }

  /** What was open before is not the same connection any more. */
  restore() {
    this.#lost = false;
    this.cut();
  }

  /** Ends what is open, and says so. */
  cut() {
    for (const pair of this.#pairs) this.#destroy(pair);
  }

  close() {
    this.restore();
    this.server.close();
  }

  #destroy(pair) {
    this.#pairs.delete(pair);
    pair.near.destroy();
    pair.far?.destroy();
  }
}
