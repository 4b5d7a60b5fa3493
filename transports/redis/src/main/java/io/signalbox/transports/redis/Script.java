package io.signalbox.transports.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The scripts, one file each. */
enum Script {
    PUBLISH(""),
    OPEN(""),
    SUBSCRIBE(""),
    COPY(""),
    // What only reads runs on a server that is full as well.
    ROUTES("no-writes"),
    OWNER("no-writes"),
    DROPPED("no-writes"),
    PAGE("no-writes"),
    FIND("no-writes"),
    // So does what frees memory, or is needed to free it.
    TAKE("allow-oom"),
    TRIM("allow-oom"),
    SETTLE("allow-oom"),
    BURY("allow-oom"),
    UNSUBSCRIBE("allow-oom"),
    DETACH("allow-oom"),
    REMOVE("allow-oom"),
    EXPIRY("allow-oom"),
    LINK("allow-oom"),
    TEND("allow-oom");

    private final byte[] text;

    Script(String flags) {
        String head = "#!lua" + (flags.isEmpty() ? "" : " flags=" + flags) + "\n";
        text = (head + resource("common") + resource(name().toLowerCase(Locale.ROOT))).getBytes(StandardCharsets.UTF_8);
    }

    private static String resource(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks the script " + name + ".lua");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] text() {
        return text.clone();
    }
}
