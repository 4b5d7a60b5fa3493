package io.signalbox.server.http;

import io.signalbox.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** HTTP/2 by hand (RFC 9113 §4.1), for what no client library would send. */
final class RawHttp2 implements AutoCloseable {
    static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 0x1;
    static final int ACK = 0x1;
    static final int END_HEADERS = 0x4;

    /** HEADER_TABLE_SIZE of nothing: each field is then there as it is, or in the table that everybody has. */
    static final byte[] NO_TABLE = {0, 1, 0, 0, 0, 0};

    record Frame(int type, int flags, int stream, byte[] payload) {
        /** Of RST_STREAM, or of GOAWAY. */
        int error() {
            return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    RawHttp2(TestServer server, int... settings) throws IOException {
        this(server.connect(), settings);
    }

    /** Sends the preface. @param settings pairs of identifier and value */
    RawHttp2(Socket socket, int... settings) throws IOException {
        this.socket = socket;
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        ByteBuffer body =
                ByteBuffer.allocate(NO_TABLE.length + settings.length / 2 * 6).put(NO_TABLE);
        for (int i = 0; i < settings.length; i += 2) {
            body.putShort((short) settings[i]).putInt(settings[i + 1]);
        }
        out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
        send(SETTINGS, 0, 0, body.array());
    }

    static byte[] frame(int type, int flags, int stream, byte... payload) {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload);
        return frame.array();
    }

    void send(int type, int flags, int stream, byte... payload) throws IOException {
        out.write(frame(type, flags, stream, payload));
    }

    /** @return false: the server has closed */
    boolean sendRaw(byte[] bytes) {
        try {
            out.write(bytes);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    /** Fields as literals that are not indexed (RFC 7541, 6.2.2): names and values by turns. */
    static byte[] fields(String... namesAndValues) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i++) {
            if (i % 2 == 0) {
                block.write(0);
            }
            byte[] text = namesAndValues[i].getBytes(StandardCharsets.ISO_8859_1);
            if (text.length < 127) {
                block.write(text.length);
            } else {
                block.write(127);
                int rest = text.length - 127;
                for (; rest >= 128; rest >>>= 7) {
                    block.write(rest & 0x7F | 0x80);
                }
                block.write(rest);
            }
            block.writeBytes(text);
        }
        return block.toByteArray();
    }

    static byte[] request(String method, String path) {
        return fields(":method", method, ":scheme", "http", ":authority", "localhost", ":path", path);
    }

    /** A request without a body. */
    static byte[] whole(int stream, String method, String path) {
        return frame(HEADERS, END_HEADERS | END_STREAM, stream, request(method, path));
    }

    void get(int stream, String path) throws IOException {
        out.write(whole(stream, "GET", path));
    }

    /** Null: the server has closed. Pings and settings are passed over. */
    @Nullable
    Frame next() throws IOException {
        Frame frame;
        do {
            frame = read();
        } while (frame != null && (frame.type == SETTINGS || frame.type == PING || frame.type == WINDOW_UPDATE));
        return frame;
    }

    /** Null: the server has closed. */
    @Nullable
    Frame read() throws IOException {
        try {
            int lengthAndType = in.readInt();
            int flags = in.read();
            int stream = in.readInt();
            return new Frame(lengthAndType & 0xFF, flags, stream, in.readNBytes(lengthAndType >>> 8));
        } catch (EOFException | SocketException closed) {
            return null;
        }
    }

    /** @throws AssertionError it does not come */
    Frame next(int type, int stream) throws IOException {
        for (Frame frame; (frame = next()) != null; ) {
            if (frame.type == type && frame.stream == stream) {
                return frame;
            }
        }
        throw new AssertionError("the server closed without a frame of type " + type + " on stream " + stream);
    }

    Frame goAway() throws IOException {
        return next(GOAWAY, 0);
    }

    /** The status of an answer, which stands in the table or as a literal of three digits. */
    static String status(Frame headers) {
        byte[] block = headers.payload;
        int at = (block[0] & 0xE0) == 0x20 ? 1 : 0; // behind the size of the table
        return switch (block[at] & 0xFF) {
            case 0x88 -> "200";
            case 0x89 -> "204";
            case 0x8B -> "304";
            case 0x8C -> "400";
            case 0x8D -> "404";
            case 0x8E -> "500";
            default -> {
                // A literal whose name is in the table at 8 to 14: a length, then digits, which Huffman may have
                // packed.
                int length = block[at + 1] & 0x7F;
                boolean packed = (block[at + 1] & 0x80) != 0;
                yield packed
                        ? digits(block, at + 2, length)
                        : new String(block, at + 2, length, StandardCharsets.US_ASCII);
            }
        };
    }

    /** Digits in Huffman's code (RFC 7541, B): 0 to 2 have five bits, the others six. */
    private static String digits(byte[] payload, int from, int length) {
        StringBuilder bits = new StringBuilder();
        for (int i = from; i < from + length; i++) {
            bits.append(Integer.toBinaryString(payload[i] & 0xFF | 0x100).substring(1));
        }
        StringBuilder digits = new StringBuilder();
        int at = 0;
        while (digits.length() < 3) {
            int five = Integer.parseInt(bits.substring(at, at + 5), 2);
            if (five <= 2) {
                digits.append(five);
                at += 5;
            } else {
                digits.append(Integer.parseInt(bits.substring(at, at + 6), 2) - 0x19 + 3);
                at += 6;
            }
        }
        return digits.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
