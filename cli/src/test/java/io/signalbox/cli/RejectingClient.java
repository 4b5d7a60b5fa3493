package io.signalbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HexFormat;

/** An MQTT 5 client, byte by byte, that answers each QoS 1 delivery with reason code 0x83: libraries cannot. */
final class RejectingClient implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /** Connects as {@code rej} and subscribes to {@code jobs/#}. */
    RejectingClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        send("10 10 0004 4d515454 05 02 003c 00 0003 72656a");
        assertThat(read(0x20)[1]).isZero();
        send("82 0c 0001 00 0006 6a6f62732f23 01");
        assertThat(read(0x90)).endsWith(1);
    }

    private void send(String hex) throws IOException {
        out.write(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private byte[] read(int type) throws IOException {
        assertThat(in.readUnsignedByte() & 0xF0).isEqualTo(type);
        byte[] body = new byte[in.readUnsignedByte()];
        in.readFully(body);
        return body;
    }

    void reject(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            byte[] publish = read(0x30);
            int idAt = 2 + (publish[0] << 8 | publish[1]);
            send("40 03" + HexFormat.of().formatHex(publish, idAt, idAt + 2) + "83");
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
