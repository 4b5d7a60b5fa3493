import type { Link } from './link.js';

/** What else is to be put in order over a new connection, before the spool is sent. Neither throws. */
export interface LinkHook {
  /** Before anything is subscribed to. */
  readonly opening: (link: Link) => void;
  readonly opened: (link: Link) => Promise<void>;
}
