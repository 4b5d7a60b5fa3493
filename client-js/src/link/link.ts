import mqtt, {
  type IClientOptions,
  type IConnackPacket,
  type IPublishPacket,
  type MqttClient,
  type Packet,
} from 'mqtt';
import { SignalboxError, textOf } from '../error.js';
import type { Envelope } from '../outbound/envelope.js';
import { atMost } from '../time.js';
import { Acknowledgements } from './acknowledgements.js';
import type { Arrival, PubAck, SubscribeRequest } from './packets.js';
import { arrival, ending, publishOptions, type Ending } from './translation.js';

export interface LinkSettings {
  readonly url: string;
  /** Of MQTT.js: client id, credentials, TLS, will, times. */
  readonly mqtt: IClientOptions;
  /** Largest packet that is taken from the server. */
  readonly packetBytesMax: number;
  /** @param acknowledge to be called once, when the message has been handled, with a reason code of PUBACK */
  readonly arrived: (arrival: Arrival, acknowledge: (reason: number) => void) => void;
}

const PUBACK = 0x40;
/** MQTT 5, 3.14.2.1. */
const DISCONNECT_WITH_WILL = 0x04;
const DEFAULT_RECEIVE_MAXIMUM = 65_535;
const LEAVE_MILLIS_MAX = 2_000;

/**
 * One connection of one MQTT.js client, from CONNACK to its end; the next one is another object. MQTT.js keeps nothing
 * over it: what is to be sent waits in the spool, what is subscribed to in {@link Subscriptions}.
 *
 * MQTT.js acknowledges a message before it reads on. Here a message may take its time while the connection lives: its
 * PUBACK is written by hand, when it was handled, and the receive maximum bounds how many wait.
 */
export class Link {
  /** Resolves when the connection is over, however it ended. */
  readonly ended: Promise<Ending>;
  readonly #pending = new Set<(error: SignalboxError) => void>();
  readonly #acknowledgements: Acknowledgements;
  #lastPacket: Packet | undefined;
  #how: Ending = { text: 'the network was lost', reasonCode: undefined, retryAfterMillis: undefined };
  #over = false;
  /** Epoch milliseconds of the last packet from the server. */
  heardAt = Date.now();
  sessionPresent = false;
  receiveMaximum = DEFAULT_RECEIVE_MAXIMUM;
  /** Largest packet that the server takes. */
  packetBytesMax = Infinity;

  private constructor(
    private readonly client: MqttClient,
    settings: LinkSettings,
  ) {
    this.#acknowledgements = new Acknowledgements((packetId, reason) => {
      this.#writePuback(packetId, reason);
    });
    this.ended = new Promise((resolve) => {
      client.on('close', () => {
        this.#end();
        resolve(this.#how);
      });
    });
    client.on('packetreceive', (packet) => {
      this.heardAt = Date.now();
      this.#lastPacket = packet;
      this.#how = ending(packet) ?? this.#how;
    });
    client.on('error', (error) => {
      if (this.#how.reasonCode === undefined) this.#how = { ...this.#how, text: textOf(error) || this.#how.text };
      client.end(true);
    });
    // At once: what a resumed session has for us may be in one segment with CONNACK.
    client.handleMessage = (packet, done) => {
      this.#handle(packet, settings, done);
    };
  }

  /**
   * @param closing gives the attempt up
   * @throws ConnectError with what the server said
   */
  static async open(settings: LinkSettings, closing: AbortSignal): Promise<Link> {
    const client = mqtt.connect(settings.url, {
      ...settings.mqtt,
      properties: { ...settings.mqtt.properties, maximumPacketSize: settings.packetBytesMax },
      protocolVersion: 5,
      reconnectPeriod: 0,
      resubscribe: false,
      clean: false,
    });
    const link = new Link(client, settings);
    const giveUp = (): unknown => client.end(true);
    closing.addEventListener('abort', giveUp);
    const connack = new Promise<IConnackPacket>((resolve) => client.once('connect', resolve));
    const answer = await Promise.race([connack, link.ended]);
    closing.removeEventListener('abort', giveUp);
    if (!('cmd' in answer)) throw new ConnectError(answer);
    link.sessionPresent = answer.sessionPresent;
    link.receiveMaximum = answer.properties?.receiveMaximum ?? DEFAULT_RECEIVE_MAXIMUM;
    link.packetBytesMax = answer.properties?.maximumPacketSize ?? Infinity;
    // MQTT.js has overwritten our bound with the server's, and would end the connection over what exceeds that.
    if (client.options.properties) client.options.properties.maximumPacketSize = settings.packetBytesMax;
    return link;
  }

  /** QoS 1. */
  publish(envelope: Envelope): Promise<PubAck> {
    return this.#answered((resolve, reject) => {
      this.client.publish(envelope.topic, payloadOf(envelope), publishOptions(envelope), (error, packet) => {
        // MQTT.js tells which publish was answered; how it was, the packet that it is at.
        const ack = this.#lastPacket;
        if (ack?.cmd === 'puback' && ack.messageId !== undefined && ack.messageId === packet?.messageId) {
          resolve({ reasonCode: ack.reasonCode ?? 0, reasonText: ack.properties?.reasonString });
        } else {
          reject(new SignalboxError('NOT_CONNECTED', `no answer to a publish: ${textOf(error)}`));
        }
      });
    });
  }

  /** QoS 0: resolves when it is on its way. */
  say(envelope: Envelope): Promise<void> {
    return this.#answered((resolve, reject) => {
      this.client.publish(envelope.topic, payloadOf(envelope), { ...publishOptions(envelope), qos: 0 }, (error) => {
        if (error) reject(new SignalboxError('NOT_CONNECTED', `it could not be sent: ${textOf(error)}`));
        else resolve();
      });
    });
  }

  /** @returns the reason code of SUBACK: below 0x80 it is granted */
  subscribe(request: SubscribeRequest): Promise<number> {
    const { filter, qos, subscriptionId, userProperties } = request;
    // MQTT.js writes nothing at all when there are user properties, but none.
    const said = Object.keys(userProperties).length > 0;
    const properties = { subscriptionIdentifier: subscriptionId, ...(said && { userProperties }) };
    return this.#answered((resolve, reject) => {
      this.client.subscribe(filter, { qos, properties }, (error, _granted, suback) => {
        const code = suback?.granted[0] as number | undefined;
        if (code !== undefined) resolve(code);
        else reject(new SignalboxError('NOT_CONNECTED', `no answer to a SUBSCRIBE: ${textOf(error)}`));
      });
    });
  }

  unsubscribe(filter: string): Promise<void> {
    return this.#answered((resolve, reject) => {
      this.client.unsubscribe(filter, (error) => {
        if (error) reject(new SignalboxError('NOT_CONNECTED', `no answer to an UNSUBSCRIBE: ${textOf(error)}`));
        else resolve();
      });
    });
  }

  /**
   * DISCONNECT. What is unanswered stays so.
   *
   * @param withWill the server is to publish the will all the same, which it forgets otherwise
   */
  async leave(withWill: boolean): Promise<void> {
    if (!this.#over) {
      // MQTT.js waits for all answers first, which may never come.
      this.client.outgoing = {};
      this.client.end(false, withWill ? { reasonCode: DISCONNECT_WITH_WILL } : {});
      await atMost(LEAVE_MILLIS_MAX, this.ended);
    }
    this.client.stream.destroy();
    await this.ended;
  }

  #end(): void {
    this.#over = true;
    const { text, reasonCode } = this.#how;
    const error = new SignalboxError('NOT_CONNECTED', `the connection ended: ${text}`, reasonCode);
    for (const reject of this.#pending) reject(error);
  }

  #answered<T>(ask: (resolve: (answer: T) => void, reject: (error: SignalboxError) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#over) {
        reject(new SignalboxError('NOT_CONNECTED', 'the connection has ended'));
        return;
      }
      this.#pending.add(reject);
      const settle = (): void => {
        this.#pending.delete(reject);
      };
      ask(
        (answer) => {
          settle();
          resolve(answer);
        },
        (error) => {
          settle();
          reject(error);
        },
      );
    });
  }

  #handle(packet: IPublishPacket, settings: LinkSettings, done: (error?: Error) => void): void {
    if (packet.qos === 0 || packet.messageId === undefined) {
      settings.arrived(arrival(packet), () => undefined);
      done();
      return;
    }
    const acknowledge = this.#acknowledgements.came(packet.messageId);
    settings.arrived(arrival(packet), acknowledge);
    // To MQTT.js it has failed, so that it reads on without an acknowledgement.
    done(new Error('acknowledged when it was handled'));
  }

  #writePuback(packetId: number, reason: number): void {
    if (this.#over) return;
    const id = [packetId >> 8, packetId & 0xff];
    this.client.stream.write(Uint8Array.from(reason === 0 ? [PUBACK, 2, ...id] : [PUBACK, 3, ...id, reason]));
  }
}

/** The server, or the network, let nobody in. */
export class ConnectError extends SignalboxError {
  constructor(readonly ending: Ending) {
    super('NOT_CONNECTED', `cannot connect: ${ending.text}`, ending.reasonCode);
  }
}

/** MQTT.js wants Buffers, which browsers do not have; its packets take any bytes. */
function payloadOf(envelope: Envelope): Buffer {
  return envelope.payload as Buffer;
}
