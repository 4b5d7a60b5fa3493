package io.signalbox.cli;

import io.signalbox.cli.mqtt.LinkException;
import io.signalbox.cli.mqtt.LinkOptions;
import io.signalbox.cli.mqtt.MqttLink;
import io.signalbox.cli.mqtt.Outgoing;
import io.signalbox.cli.mqtt.PublishProperties;
import io.signalbox.topic.Topic;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
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

    @Option(names = "--repeat", paramLabel = "N", defaultValue = "1", description = "Publish it N times (default: 1).")
    private int repeat;

    @Option(names = "--repeat-delay", paramLabel = "SECONDS", description = "With so long between two of them.")
    private double repeatDelaySeconds;

    @Option(names = "-W", paramLabel = "SECONDS", description = "Give up after so long (default: never).")
    private double timeoutSeconds;

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
        if (qos < 0 || qos > 2) {
            throw connection.wrong("the QoS is " + qos + "; it must be 0, 1 or 2");
        }
        Topic.ofMqtt(where);
        LinkOptions options = connection.options();
        PublishProperties properties = connection.properties().of("publish");
        long began = System.nanoTime();
        Flight flight = new Flight(Deadline.in(timeoutSeconds));
        ConnectionReport report = new ConnectionReport(output.stdio(), connection.quiet(), flight::fail);
        try (MqttLink link = MqttLink.open(options, report, null, Runnable::run)) {
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
