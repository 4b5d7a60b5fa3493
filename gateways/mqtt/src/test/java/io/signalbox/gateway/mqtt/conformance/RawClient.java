package io.signalbox.gateway.mqtt.conformance;

import static io.signalbox.gateway.mqtt.WireFixture.packet;
import static io.signalbox.gateway.mqtt.WireFixture.properties;
import static io.signalbox.gateway.mqtt.WireFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.mqtt.WireFixture;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HexFormat;

/** A client that sends what it is told, byte by byte, as no library would; packets are hexadecimal text. */
final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 60_000;

    final boolean five;
    private final Socket socket;

    private RawClient(int port, boolean five) {
        this.five = five;
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing sent yet. */
    static RawClient open(int port, boolean five) {
        return new RawClient(port, five);
    }

    /** MQTT 5 with keep alive 0, accepted. */
    static RawClient five(int port, String clientId, boolean cleanStart, boolean present, String... properties) {
        RawClient client = open(port, true);
        client.send(packet(
                "10", "0004 4d515454 05", cleanStart ? "02" : "00", "0000", properties(properties), text(clientId)));
        assertThat(client.next()).as("CONNACK").startsWith("20").matches("20..0" + (present ? 1 : 0) + "00.*");
        return client;
    }

    /** MQTT 5, clean start, nothing more. */
    static RawClient five(int port, String clientId) {
        return five(port, clientId, true, false);
    }

    /** MQTT 3.1.1 with keep alive 0, accepted. */
    static RawClient three(int port, String clientId, boolean cleanSession, boolean present) {
        RawClient client = open(port, false);
        client.send(packet("10", "0004 4d515454 04", cleanSession ? "02" : "00", "0000", text(clientId)));
        assertThat(client.next()).isEqualTo("20020" + (present ? 1 : 0) + "00");
        return client;
    }

    /** Accepted in that version, with a session that stays or does not. */
    static RawClient connect(int port, boolean five, String clientId, boolean clean, boolean present) {
        return five ? five(port, clientId, clean, present, "11 00000e10") : three(port, clientId, clean, present);
    }

    void send(String... hex) {
        try {
            socket.getOutputStream().write(WireFixture.bytes(String.join("", hex)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next packet. */
    String next() {
        try {
            InputStream in = socket.getInputStream();
            StringBuilder hex = new StringBuilder();
            int length = 0;
            int shift = 0;
            hex.append(HexFormat.of().toHexDigits((byte) read(in)));
            int b;
            do {
                b = read(in);
                hex.append(HexFormat.of().toHexDigits((byte) b));
                length |= (b & 0x7F) << shift;
                shift += 7;
            } while (b > 0x7F);
            byte[] rest = in.readNBytes(length);
            if (rest.length < length) {
                throw new EOFException("in the middle of " + hex);
            }
            return hex + HexFormat.of().formatHex(rest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int read(InputStream in) throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new EOFException("the server closed");
        }
        return b;
    }

    /** These packets, in this order, and nothing between. */
    void expect(String... packets) {
        for (String each : packets) {
            assertThat(next()).isEqualTo(each.replace(" ", ""));
        }
    }

    /** Nothing else has come: the answer to a ping is next. */
    void expectNothing() {
        send("c000");
        expect("d000");
    }

    /** The server ends the connection: with nothing, or with a DISCONNECT of that code in MQTT 5. */
    void expectEnd(String reason) {
        try {
            if (five) {
                assertThat(next()).startsWith("e0").matches("e0.." + reason + ".*");
            }
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (IOException reset) {
            assertThat(five).as("the DISCONNECT came").isFalse();
        }
    }

    private String none() {
        return five ? "00" : "";
    }

    /** Subscribes to one filter with those options, and reads the SUBACK: granted is its code. */
    void subscribe(String filter, String options, String granted) {
        send(packet("82", "5a5a", none(), text(filter), options));
        expect(packet("90", "5a5a", none(), granted));
    }

    /** Publishes without properties, and waits for what QoS promises. */
    void publish(String topic, int qos, boolean retain, String payloadHex) {
        String first = Integer.toHexString(0x30 | qos << 1 | (retain ? 1 : 0));
        send(packet(first, text(topic), qos == 0 ? "" : "7b7b", none(), payloadHex));
        if (qos == 1) {
            assertThat(next()).startsWith("40").contains("7b7b");
        } else if (qos == 2) {
            assertThat(next()).startsWith("50").contains("7b7b");
            send("6202 7b7b");
            expect("70027b7b");
        } else {
            expectNothing();
        }
    }

    /** A PUBLISH as this client sees it. */
    String published(String first, String topic, String packetId, String payloadHex, String... properties) {
        return packet(first, text(topic), packetId, five ? properties(properties) : "", payloadHex);
    }

    /** Ends as the network does. */
    void breakOff() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
