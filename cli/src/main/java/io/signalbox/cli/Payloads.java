package io.signalbox.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What to publish: one payload, or one for each line of standard input. */
final class Payloads {
    /** MQTT's largest packet, less its header and topic. */
    private static final int BYTES_MAX = 268_000_000;

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "This text.")
    private @Nullable String text;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "What is in this file, as one message.")
    private @Nullable Path file;

    @Option(
            names = {"-s", "--stdin-file"},
            description = "All of standard input as one message.")
    private boolean wholeInput;

    @Option(
            names = {"-l", "--stdin-line"},
            description = "Each line of standard input as a message.")
    private boolean lines;

    @Option(
            names = {"-n", "--null-message"},
            description = "A message without payload; with -r it removes the retained one.")
    private boolean nothing;

    /** Takes one payload after the other. */
    interface Taker {
        void take(byte[] payload) throws Exception;
    }

    boolean onlyOneGiven() {
        int given = (text == null ? 0 : 1) + (file == null ? 0 : 1);
        for (boolean flag : new boolean[] {wholeInput, lines, nothing}) {
            given += flag ? 1 : 0;
        }
        return given == 1;
    }

    void forEach(InputStream in, Taker taker) throws Exception {
        if (lines) {
            eachLine(new BufferedInputStream(in), taker);
        } else if (text != null) {
            taker.take(text.getBytes(StandardCharsets.UTF_8));
        } else if (file != null) {
            try (InputStream content = Files.newInputStream(file)) {
                taker.take(all(content, file.toString()));
            }
        } else if (wholeInput) {
            taker.take(all(in, "standard input"));
        } else {
            taker.take(new byte[0]);
        }
    }

    private static byte[] all(InputStream in, String name) throws IOException {
        byte[] bytes = in.readNBytes(BYTES_MAX + 1);
        if (bytes.length > BYTES_MAX) {
            throw new IOException(name + " has more than " + BYTES_MAX + " bytes, the most that MQTT takes; split it");
        }
        return bytes;
    }

    private static void eachLine(InputStream in, Taker taker) throws Exception {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b;
        while ((b = in.read()) >= 0) {
            if (b == '\n') {
                taker.take(line.toByteArray());
                line.reset();
            } else if (line.size() == BYTES_MAX) {
                throw new IOException(
                        "a line has more than " + BYTES_MAX + " bytes, the most that MQTT takes; split it");
            } else {
                line.write(b);
            }
        }
        if (line.size() > 0) {
            taker.take(line.toByteArray());
        }
    }
}
