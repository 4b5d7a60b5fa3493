import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export const CONNECT = 1;
export const PUBLISH = 3;
export const PUBACK = 4;
export const SUBSCRIBE = 8;
export const DISCONNECT = 14;

/** One packet of a client: its type, and everything behind the fixed header. */
export interface FromClient {
  readonly type: number;
  readonly body: Buffer;
}

/** A server of MQTT 5 that answers with the bytes that a test gives it. Packets are short: lengths take two bytes at most. */
export class ScriptedServer {
  readonly packets: FromClient[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(
    answer: (packet: FromClient, socket: Socket, server: ScriptedServer) => void,
  ): Promise<ScriptedServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const started = new ScriptedServer(server, `mqtt://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
    server.on('connection', (socket) => {
      started.#sockets.add(socket);
      socket.on('error', () => undefined);
      let rest = Buffer.alloc(0);
      socket.on('data', (data) => {
        rest = Buffer.concat([rest, data]);
        for (let end = endOf(rest); end <= rest.length; end = endOf(rest)) {
          const packet = { type: rest.readUInt8(0) >> 4, body: rest.subarray(rest.readUInt8(1) < 128 ? 2 : 3, end) };
          rest = rest.subarray(end);
          started.packets.push(packet);
          answer(packet, socket, started);
        }
      });
    });
    return started;
  }

  of(type: number): Buffer[] {
    return this.packets.filter((packet) => packet.type === type).map(({ body }) => body);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}

function endOf(bytes: Buffer): number {
  if (bytes.length < 3) return bytes.length === 2 && bytes.readUInt8(1) === 0 ? 2 : Infinity;
  const [low, high] = [bytes.readUInt8(1), bytes.readUInt8(2)];
  if (low < 128) return 2 + low;
  if (high > 127) throw new Error('a packet longer than this server can read');
  return 3 + (low & 0x7f) + (high << 7);
}

export function send(socket: Socket, ...bytes: number[]): void {
  socket.write(Uint8Array.from(bytes));
}

export type Answer = Parameters<typeof ScriptedServer.start>[0];

/** Lets in, and says yes to everything; what a test has other answers for it answers itself. */
export function agreeing(other: (...all: Parameters<Answer>) => boolean = () => false): Answer {
  return (packet, socket, server) => {
    if (other(packet, socket, server)) return;
    const { type, body } = packet;
    if (type === CONNECT) send(socket, 0x20, 3, 0, 0, 0);
    if (type === SUBSCRIBE) send(socket, 0x90, 4, body.readUInt8(0), body.readUInt8(1), 0, 1);
    if (type === PUBLISH) send(socket, 0x40, 2, ...(publishOf(body, 1).packetId ?? []));
  };
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

/** A PUBLISH of QoS 1 whose payload is `1`. */
export function publish(socket: Socket, packetId: number, topic: string): void {
  send(socket, 0x32, 6 + topic.length, 0, topic.length, ...Buffer.from(topic), packetId >> 8, packetId & 0xff, 0, 0x31);
}

/** What a PUBLISH says, its properties apart, which are short. */
export function publishOf(
  body: Buffer,
  qos: 0 | 1,
): { readonly topic: string; readonly packetId: readonly [number, number] | undefined; readonly payload: string } {
  const end = 2 + body.readUInt16BE(0);
  const properties = qos === 0 ? end : end + 2;
  return {
    topic: body.toString('utf8', 2, end),
    packetId: qos === 0 ? undefined : [body.readUInt8(end), body.readUInt8(end + 1)],
    payload: body.toString('utf8', properties + 1 + body.readUInt8(properties)),
  };
}
