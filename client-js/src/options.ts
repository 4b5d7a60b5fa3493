import type { LastValuesOptions } from './inbound/last-values.js';
import type { BackoffOptions } from './link/backoff.js';
import type { Identity } from './bus/identity.js';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface SpoolOptions {
  /**
   * `durable` (the default): IndexedDB in browsers, files in Node.js. `memory`: what waits ends with the process.
   */
  readonly kind?: 'durable' | 'memory';
  /** What tells the spools of one origin or folder apart. The client id by default. */
  readonly name?: string;
  /** Node.js: where the folders of spools are. `./signalbox-spool` by default. */
  readonly folder?: string;
  /** Messages that may wait. 100,000 by default. */
  readonly messagesMax?: number;
  /** Bytes that may wait: payloads, topics and properties. 256 MiB by default. */
  readonly bytesMax?: number;
  /** How long another tab or process may take to let go of the spool, in milliseconds. 5,000 by default. */
  readonly ownerWaitMillis?: number;
}

export interface ClientOptions {
  /** `ws://`, `wss://`, and in Node.js also `mqtt://`, `mqtts://`. */
  readonly url: string;
  /** Of the HTTP API, such as `http://localhost:8080`. By default that of a `ws://` or `wss://` URL. */
  readonly api?: string;
  /** Who this is to other applications. A random `uuid` by default: give one, so that what waits is found again. */
  readonly identity?: Partial<Identity>;
  /** Of MQTT. `app:` and the identity by default. */
  readonly clientId?: string;
  /** Asked for at each attempt when it is a function, so that tokens may change. */
  readonly credentials?: Credentials | (() => Credentials | Promise<Credentials>);
  /** Passed on to Node.js: `ca`, `cert`, `key`, `rejectUnauthorized`. */
  readonly tls?: Readonly<Record<string, unknown>>;
  readonly spool?: SpoolOptions;
  readonly backoff?: Partial<BackoffOptions>;
  /** Seconds between signs of life. 20 by default: the server gives up after 30, this client as well. */
  readonly keepAliveSeconds?: number;
  /** Seconds that the server keeps the session of a client that is away. 30 by default. */
  readonly sessionExpirySeconds?: number;
  /** Milliseconds until CONNACK. 10,000 by default. */
  readonly connectTimeoutMillis?: number;
  /**
   * How long `close` waits, in milliseconds: for handlers to finish what they have, and for the server to acknowledge what
   * is in a spool that ends with the process, for which it does not wait without a connection. 10,000 by default.
   */
  readonly closeTimeoutMillis?: number;
  /** Publishes on their way at once; 1: nothing ever overtakes a message that is refused for now. 256 by default. */
  readonly inFlightMax?: number;
  /** Messages of the server that wait for this application at once. 256 by default. */
  readonly receiveMaximum?: number;
  /** Largest packet taken from the server, in bytes. 16 MiB by default. */
  readonly packetBytesMax?: number;
  /** Idempotency keys remembered, so that nothing is delivered twice. 16,384 by default. */
  readonly keysMax?: number;
  /** Messages of QoS 0 that wait for one subscriber before the oldest is dropped. 1,000 by default. */
  readonly volatileMax?: number;
  /** Bounds of the newest messages that are kept by topic: 1,000 topics and 8 MiB by default. */
  readonly lastValues?: Partial<LastValuesOptions>;
}
