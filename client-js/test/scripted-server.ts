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

/** A server of MQTT 5 that answers with the bytes that a test gives it. Packets are short: lengths take one byte. */
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
          const packet = { type: rest.readUInt8(0) >> 4, body: rest.subarray(end - rest.readUInt8(1), end) };
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
  if (bytes.length < 2) return Infinity;
  const length = bytes.readUInt8(1);
  if (length > 127) throw new Error('a packet longer than this server can read');
  return 2 + length;
}

export function send(socket: Socket, ...bytes: number[]): void {
  socket.write(Uint8Array.from(bytes));
}
