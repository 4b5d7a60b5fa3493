import { json } from '../codec/codec.js';
import type { PubAck } from '../link/packets.js';
import type { Envelope } from '../outbound/envelope.js';
import { isRefusal } from '../outbound/retry.js';
import { pauseMillis, systemTime, type Time } from '../time.js';
import type { Identity } from './identity.js';

/** What an application says of itself, retained on its presence topic; an empty message says that it is gone. */
export interface PresenceDocument extends Identity {
  /** Epoch milliseconds. */
  readonly connectedAt: number;
  readonly subscriptions: readonly Announced[];
}

export interface Announced {
  /** `*`, `uuid` or `uuid/name`. */
  readonly source: string;
  /** The filter in MQTT's form. */
  readonly topic: string;
}

export const PRESENCE_FILTER = 'apps/+/presence/+';
/** So long a lost application counts as there, in seconds: the delay of its will. */
export const GRACE_SECONDS = 30;
/** Further ones work, but are not announced. */
const ANNOUNCED_MAX = 1_000;

export function presenceTopic({ uuid, name }: Identity): string {
  return `apps/${uuid}/presence/${name}`;
}

interface Publishing {
  publish(envelope: Envelope): Promise<PubAck>;
}

/** Keeps this application's document what it is: published with each connection, and whenever it changes. */
export class Presence {
  readonly #counts = new Map<string, { readonly announced: Announced; count: number }>();
  #link: Publishing | undefined;
  #connectedAt = 0;
  #publishing = false;
  #changed = false;
  #hasLeft = false;
  /** Of what waits to tell again what was refused. */
  #pause = new AbortController();

  constructor(
    private readonly identity: Identity,
    private readonly sender: string,
    private readonly time: Time = systemTime,
  ) {}

  add(announced: Announced): void {
    const key = `${announced.source} ${announced.topic}`;
    const known = this.#counts.get(key);
    if (known) {
      known.count++;
      return;
    }
    this.#counts.set(key, { announced, count: 1 });
    void this.#announce();
  }

  remove(announced: Announced): void {
    const key = `${announced.source} ${announced.topic}`;
    const known = this.#counts.get(key);
    if (!known || --known.count > 0) return;
    this.#counts.delete(key);
    void this.#announce();
  }

  async connected(link: Publishing): Promise<void> {
    if (this.#hasLeft) return;
    this.#link = link;
    this.#pause.abort();
    this.#connectedAt = Date.now();
    await this.#announce();
  }

  /** Tells nothing more. */
  end(): void {
    this.#hasLeft = true;
    this.#link = undefined;
    this.#pause.abort();
  }

  /** @returns whether the server has it; if not, the will is to say it */
  async leave(link: Publishing): Promise<boolean> {
    this.end();
    const ack = await link.publish({ topic: presenceTopic(this.identity), payload: new Uint8Array(), retain: true });
    return !isRefusal(ack);
  }

  /**
   * One publish at a time, of the newest state. What fails is repeated with the next connection, what is refused after a
   * pause that grows.
   */
  async #announce(): Promise<void> {
    this.#changed = true;
    if (this.#publishing) return;
    this.#publishing = true;
    // What changes in one turn is one change.
    await Promise.resolve();
    for (let refusals = 0; this.#link && this.#changed; ) {
      this.#changed = false;
      const ack = await this.#link.publish(this.#envelope()).catch(() => undefined);
      if (!ack || !isRefusal(ack)) {
        refusals = 0;
        continue;
      }
      this.#changed = true;
      this.#pause = new AbortController();
      await this.time.sleep(pauseMillis(refusals++), this.#pause.signal);
    }
    this.#publishing = false;
  }

  #envelope(): Envelope {
    const subscriptions = [...this.#counts.values()].slice(0, ANNOUNCED_MAX).map(({ announced }) => announced);
    const document: PresenceDocument = { ...this.identity, connectedAt: this.#connectedAt, subscriptions };
    const codec = json<PresenceDocument>();
    return {
      topic: presenceTopic(this.identity),
      payload: codec.encode(document),
      retain: true,
      contentType: 'application/json',
      headers: { 'sb-from': this.sender },
    };
  }
}
