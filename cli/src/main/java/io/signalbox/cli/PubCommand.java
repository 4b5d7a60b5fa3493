package io.signalbox.cli;

import io.signalbox.cli.link.Link;
import io.signalbox.cli.link.LinkException;
import io.signalbox.cli.link.LinkOptions;
import io.signalbox.cli.link.Outgoing;
import io.signalbox.cli.link.Patience;
import io.signalbox.cli.link.PublishProperties;
import io.signalbox.topic.Topic;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Publishes over MQTT, AMQP or HTTP; ends when the server has acknowledged everything. */
@Command(
        name = "pub",
        description = {
            "Publish with the options of mosquitto_pub.",
            "Over MQTT, or what the URL of -L begins with; an option that its protocol cannot carry is refused."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  signalbox pub -t market/oil -m 71.4 -q 1",
            "  tail -f access.log | signalbox pub -t web/access -l",
            "  signalbox pub -t jobs -m run -q 1 --priority 9 -H customer=7",
            "  signalbox pub -L amqp://localhost/jobs -m run -q 1",
            "  signalbox pub -L http://localhost:8080 -t jobs -f job.json -q 1 --content-type application/json"
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
    @Mixin
    private final Publishing publishing = new Publishing("publish", 0);

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

    @Option(names = "--reply-to", paramLabel = "TOPIC", description = "Where answers go.")
    private @Nullable String replyTo;

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
        String where = publishing.check(connection);
        if (repeat < 1) {
            throw connection.wrong("--repeat is " + repeat + "; it must be at least 1");
        }
        connection.checkTimeout(timeoutSeconds);
        if (!(repeatDelaySeconds >= 0)) {
            throw connection.wrong("--repeat-delay is " + repeatDelaySeconds + "; it must be 0 seconds or more");
        }
        LinkOptions options = connection.options(false);
        PublishProperties properties = properties();
        long began = System.nanoTime();
        Deadline deadline = Deadline.in(timeoutSeconds);
        Flight flight = new Flight(deadline);
        ConnectionReport report = new ConnectionReport(output.stdio(), connection.quiet(), flight::fail);
        try (Link link = Link.open(
                options, report, new Patience(deadline::leftNanos, new CompletableFuture<>()), null, Runnable::run)) {
            connection.debug("connected to " + options.address());
            publishing.forEach(
                    output.stdio().in(), where, retain, properties, message -> publish(message, link, flight));
            flight.land();
        }
        if (output.json()) {
            Map<String, @Nullable Object> result = new LinkedHashMap<>();
            result.put("topic", where);
            result.put("published", published);
            result.put("bytes", bytes);
            result.put("qos", publishing.qos());
            result.put("retain", retain);
            result.put("millis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
            output.document(result);
        }
        return 0;
    }

    private PublishProperties properties() {
        PublishProperties said = publishing.properties(connection);
        if (replyTo == null) {
            return said;
        }
        if (connection.isMqtt3()) {
            throw connection.wrong("--reply-to is not of MQTT 3.1.1; leave it out, or use -V 5");
        }
        return said.withResponseTopic(Topic.ofMqtt(replyTo).text());
    }

    private void publish(Outgoing message, Link link, Flight flight) throws LinkException, InterruptedException {
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
