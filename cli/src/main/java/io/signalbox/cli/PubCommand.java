package io.signalbox.cli;

import io.signalbox.cli.mqtt.LinkException;
import io.signalbox.cli.mqtt.LinkOptions;
import io.signalbox.cli.mqtt.MqttLink;
import io.signalbox.cli.mqtt.Outgoing;
import io.signalbox.cli.mqtt.Patience;
import io.signalbox.cli.mqtt.PublishProperties;
import io.signalbox.cli.mqtt.UserProperty;
import io.signalbox.topic.Topic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Publishes over MQTT; ends when the server has acknowledged everything. */
@Command(
        name = "pub",
        description = "Publish over MQTT, with the options of mosquitto_pub.",
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  signalbox pub -t market/oil -m 71.4 -q 1",
            "  tail -f access.log | signalbox pub -t web/access -l",
            "  signalbox pub -t jobs -m run -q 1 -D publish user-property sb-priority 9"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything is acknowledged",
            "1:the server refused, and says why",
            "2:wrong usage",
            "69:no server answers",
            "77:not permitted",
            "124:the time of -W is over"
        })
final class PubCommand implements Callable<Integer> {
    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC",
            description = "Where to publish.")
    private @Nullable String topic;

    @Mixin
    private final Payloads payloads = new Payloads();

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            defaultValue = "0",
            description = "0 at most once, 1 at least once, 2 exactly once (default: ${DEFAULT-VALUE}).")
    private int qos;

    @Option(
            names = {"-r", "--retain"},
            description = "The server keeps it for later subscribers.")
    private boolean retain;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "1",
            description = "Publish it N times, at least once (default: 1).")
    private int repeat;

    @Option(names = "--repeat-delay", paramLabel = "SECONDS", description = "With so long between two of them.")
    private double repeatDelaySeconds;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "NAME=VALUE",
            description = "A user property (MQTT 5), short for -D publish user-property NAME VALUE; sb-priority,"
                    + " sb-idempotency-key and sb-ordering-key mean something to Signalbox. May be repeated.")
    private List<String> headers = new ArrayList<>();

    @Option(
            names = "--expiry",
            paramLabel = "SECONDS",
            description = "Not delivered after that (MQTT 5), short for -D publish message-expiry-interval SECONDS.")
    private @Nullable Long expirySeconds;

    @Option(
            names = {"-W", "--timeout"},
            paramLabel = "SECONDS",
            description = "Give up after so long (default: never).")
    private @Nullable Double timeoutSeconds;

    @Mixin
    private final Connection connection = new Connection();

    @Mixin
    private final Output output = new Output();

    private long published;
    private long bytes;

    @Override
    public Integer call() throws Exception {
        String where = topic != null ? topic : connection.topicInUrl();
        if (where == null) {
            throw connection.wrong("say where to publish: -t TOPIC");
        }
        if (!payloads.onlyOneGiven()) {
            throw connection.wrong("say what to publish, in one way: -m TEXT, -f FILE, -s, -l or -n");
        }
        if (repeat < 1) {
            throw connection.wrong("--repeat is " + repeat + "; it must be at least 1");
        }
        if (qos < 0 || qos > 2) {
            throw connection.wrong("the QoS is " + qos + "; it must be 0, 1 or 2");
        }
        connection.checkTimeout(timeoutSeconds);
        if (!(repeatDelaySeconds >= 0)) {
            throw connection.wrong("--repeat-delay is " + repeatDelaySeconds + "; it must be 0 seconds or more");
        }
        Topic.ofMqtt(where);
        LinkOptions options = connection.options();
        PublishProperties properties = properties();
        long began = System.nanoTime();
        Deadline deadline = Deadline.in(timeoutSeconds);
        Flight flight = new Flight(deadline);
        ConnectionReport report = new ConnectionReport(output.stdio(), connection.quiet(), flight::fail);
        try (MqttLink link = MqttLink.open(
                options, report, new Patience(deadline::leftNanos, new CompletableFuture<>()), null, Runnable::run)) {
            connection.debug("connected to " + options.address() + " as " + options.clientId());
            payloads.forEach(
                    output.stdio().in(),
                    payload -> publish(new Outgoing(where, payload, qos, retain, properties), link, flight));
            flight.land();
        }
        if (output.json()) {
            Map<String, @Nullable Object> result = new LinkedHashMap<>();
            result.put("topic", where);
            result.put("published", published);
            result.put("bytes", bytes);
            result.put("qos", qos);
            result.put("retain", retain);
            result.put("millis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
            output.document(result);
        }
        return 0;
    }

    private PublishProperties properties() {
        PublishProperties given = connection.properties().of("publish");
        if (headers.isEmpty() && expirySeconds == null) {
            return given;
        }
        if (connection.version() != 5) {
            throw connection.wrong("-H and --expiry are of MQTT 5; leave them out, or use -V 5");
        }
        List<UserProperty> user = new ArrayList<>(given.user());
        for (String header : headers) {
            int equals = header.indexOf('=');
            if (equals < 1) {
                throw connection.wrong("the header is '" + header + "'; it must be NAME=VALUE");
            }
            user.add(new UserProperty(header.substring(0, equals), header.substring(equals + 1)));
        }
        if (expirySeconds != null && (expirySeconds < 0 || expirySeconds > 0xFFFF_FFFFL)) {
            throw connection.wrong("the expiry is " + expirySeconds + "; it must be 0 to 4294967295 seconds");
        }
        return new PublishProperties(
                expirySeconds != null ? expirySeconds : given.expirySeconds(),
                given.utf8(),
                given.contentType(),
                given.responseTopic(),
                given.correlation(),
                user);
    }

    private void publish(Outgoing message, MqttLink link, Flight flight) throws LinkException, InterruptedException {
        for (int i = 0; i < repeat; i++) {
            if (i > 0 && repeatDelaySeconds > 0) {
                TimeUnit.NANOSECONDS.sleep((long) (repeatDelaySeconds * 1e9));
            }
            flight.send(link, message);
            published++;
            bytes += message.payload().length;
        }
    }
}
