import type { Spool, SpoolSettings } from './spool/spool.js';

/** What differs between browsers and Node.js. */
export interface Platform {
  /**
   * @param name of the spool; any text
   * @param folder of `spool.folder`
   */
  openSpool(name: string, folder: string | undefined, settings: SpoolSettings): Promise<Spool>;
  /** @returns takes the listener away; it is told when there may be a network again */
  onNetwork(listener: () => void): () => void;
}
