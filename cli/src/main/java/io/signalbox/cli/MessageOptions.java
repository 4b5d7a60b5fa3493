package io.signalbox.cli;

import io.signalbox.cli.link.PublishProperties;
import io.signalbox.cli.link.UserProperty;
import io.signalbox.message.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a message says beside its payload, in options that every protocol but MQTT 3.1.1 carries. */
final class MessageOptions {
    private static final long EXPIRY_SECONDS_MAX = 0xFFFF_FFFFL;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "NAME=VALUE",
            description =
                    "A header; sb-priority, sb-idempotency-key, sb-ordering-key, sb-kind, sb-id and others of docs/mqtt.md"
                            + " mean something to Signalbox, over any protocol. May be repeated.")
    private List<String> headers = new ArrayList<>();

    @Option(
            names = {"--expiry", "--ttl"},
            paramLabel = "SECONDS",
            description = "Not delivered after that.")
    private @Nullable Long expirySeconds;

    @Option(names = "--priority", paramLabel = "N", description = "0 to 9, 9 first (default: 4).")
    private @Nullable Integer priority;

    @Option(
            names = "--content-type",
            paramLabel = "TYPE",
            description = "What the payload is, such as application/json.")
    private @Nullable String contentType;

    @Option(names = "--correlation", paramLabel = "TEXT", description = "What an answer repeats.")
    private @Nullable String correlation;

    /** @param given what other options said; these come before */
    PublishProperties over(PublishProperties given, Connection connection) {
        if (headers.isEmpty()
                && expirySeconds == null
                && priority == null
                && contentType == null
                && correlation == null) {
            return given;
        }
        if (connection.isMqtt3()) {
            throw connection.wrong(
                    "-H, --expiry, --priority, --content-type and --correlation are not of MQTT 3.1.1; leave"
                            + " them out, or use -V 5");
        }
        if (expirySeconds != null && (expirySeconds < 0 || expirySeconds > EXPIRY_SECONDS_MAX)) {
            throw connection.wrong(
                    "the expiry is " + expirySeconds + "; it must be 0 to " + EXPIRY_SECONDS_MAX + " seconds");
        }
        if (priority != null && (priority < 0 || priority > Message.PRIORITY_MAX)) {
            throw connection.wrong("the priority is " + priority + "; it must be 0 to " + Message.PRIORITY_MAX);
        }
        return new PublishProperties(
                expirySeconds != null ? expirySeconds : given.expirySeconds(),
                given.utf8(),
                contentType != null ? contentType : given.contentType(),
                given.responseTopic(),
                correlation != null ? correlation.getBytes(StandardCharsets.UTF_8) : given.correlation(),
                user(given, connection));
    }

    private List<UserProperty> user(PublishProperties given, Connection connection) {
        List<UserProperty> user = new ArrayList<>(given.user());
        for (String header : headers) {
            int equals = header.indexOf('=');
            if (equals < 1) {
                throw connection.wrong("the header is '" + header + "'; it must be NAME=VALUE");
            }
            user.add(new UserProperty(header.substring(0, equals), header.substring(equals + 1)));
        }
        if (priority != null) {
            user.add(new UserProperty("sb-priority", Integer.toString(priority)));
        }
        return user;
    }
}
