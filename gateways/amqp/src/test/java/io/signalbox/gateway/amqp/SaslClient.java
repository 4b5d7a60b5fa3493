package io.signalbox.gateway.amqp;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A SASL exchange by hand. */
final class SaslClient implements AutoCloseable {
    private static final int CHALLENGE = 0x42;
    private static final int HEADER_BYTES = 8;

    private final Socket socket;
    private final DataInputStream in;
    private final String mechanism;
    private boolean begun;

    SaslClient(int port, String mechanism) throws IOException {
        this.mechanism = mechanism;
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        in = new DataInputStream(socket.getInputStream());
        socket.getOutputStream().write(Frames.bytes(Frames.SASL_HEADER));
        in.readLong();
        frame(); // the mechanisms
    }

    /** @return the challenge that comes back, or {@code refused} */
    String say(byte[] response) throws IOException {
        String binary = "b0" + HexFormat.of().toHexDigits(response.length)
                + HexFormat.of().formatHex(response);
        String fields = begun ? binary : symbol(mechanism) + binary;
        String body = (begun ? "00 53 43 d0" : "00 53 41 d0")
                + HexFormat.of().toHexDigits(fields.length() / 2 + 4)
                + (begun ? "00000001" : "00000002")
                + fields;
        begun = true;
        socket.getOutputStream().write(Frames.bytes(Frames.sasl(body)));
        byte[] answer = frame();
        // descriptor, list of four-byte sizes, then one binary of four-byte length
        return answer[2] == CHALLENGE ? new String(answer, 17, answer.length - 17, StandardCharsets.UTF_8) : "refused";
    }

    private static String symbol(String text) {
        return "a3" + HexFormat.of().toHexDigits((byte) text.length())
                + HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Without its header. */
    private byte[] frame() throws IOException {
        byte[] body = new byte[in.readInt() - HEADER_BYTES];
        in.readInt();
        in.readFully(body);
        return body;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
