package io.signalbox.cli;

import io.signalbox.cli.link.Filters;
import io.signalbox.cli.link.Incoming;
import io.signalbox.cli.link.Link;
import io.signalbox.cli.link.LinkException;
import io.signalbox.cli.link.LinkOptions;
import io.signalbox.cli.link.MqttLink;
import io.signalbox.cli.link.Patience;
import io.signalbox.cli.link.UserProperty;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints what arrives over MQTT, AMQP or HTTP. A message is acknowledged when it is printed. */
@Command(
        name = "sub",
        description = {
            "Subscribe with the options of mosquitto_sub.",
            "Over MQTT, or what the URL of -L begins with; an option that its protocol cannot carry is refused."
        },
        sortOptions = false,
        footerHeading = "%nExamples:%n",
        footer = {
            "  signalbox sub -t 'market/#' -v",
            "  signalbox sub -t 'market/#' --from last=100 --json",
            "  signalbox sub -t jobs -q 1 -c -i worker-1 -C 1 -W 30",
            "  signalbox sub -L amqp://localhost/jobs -q 1 --format json",
            "  signalbox sub -L http://localhost:8080 -t 'market/#' --from 24h"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:as many messages as -C says, or ended by Ctrl-C or SIGTERM",
            "1:the server refused, and says why",
            "2:wrong usage",
            "69:no server answers",
            "77:not permitted",
            "124:the time of -W is over"
        })
final class SubCommand implements Callable<Integer> {
    @Option(
            names = {"-t", "--topic"},
            paramLabel = "FILTER",
            description = "What to subscribe to. May be repeated.")
    private List<String> filters = new ArrayList<>();

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            defaultValue = "0",
            description = "At most this QoS (default: ${DEFAULT-VALUE}).")
    private int qos;

    @Option(
            names = {"-C", "--count"},
            paramLabel = "N",
            description = "End after so many messages.")
    private @Nullable Long countMax;

    @Option(
            names = {"-W", "--timeout"},
            paramLabel = "SECONDS",
            description = "End after so long, with 124.")
    private @Nullable Double timeoutSeconds;

    @Mixin
    private final Printing printing = new Printing();

    @Option(
            names = "--from",
            paramLabel = "WHEN",
            description = "Begin in the past, where the server is Signalbox:"
                    + " last=100, 24h, seq=N, topic-last, all, or a time like 2026-01-31T12:00:00Z.")
    private @Nullable String from;

    @Option(
            names = "--speed",
            paramLabel = "X",
            description = "Of the past: 0 at once (default), 1 as it happened," + " 10 ten times as fast.")
    private @Nullable String speed;

    @Option(
            names = {"-T", "--filter-out"},
            paramLabel = "FILTER",
            description = "Do not print what matches. May be repeated.")
    private List<String> filtersOut = new ArrayList<>();

    @Option(
            names = {"-U", "--unsubscribe"},
            paramLabel = "FILTER",
            description = "Unsubscribe first. May be repeated.")
    private List<String> unsubscribe = new ArrayList<>();

    @Option(names = "-R", description = "Do not print retained messages.")
    private boolean noRetained;

    @Option(names = "--retained-only", description = "Print retained messages alone, and end at the first other one.")
    private boolean retainedOnly;

    @Option(names = "--retain-as-published", description = "Keep the retained flag of live messages (MQTT 5).")
    private boolean retainAsPublished;

    @Option(names = "--no-local", description = "Do not send what this client published itself (MQTT 5).")
    private boolean noLocal;

    @Option(names = "-E", description = "End as soon as the server has taken the subscription.")
    private boolean onlySubscribe;

    @Mixin
    private final Connection connection = new Connection();

    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private List<TopicFilter> hidden = List.of();
    private long printed;

    @Override
    public Integer call() throws Exception {
        check();
        LinkOptions options = // The client of AMQP would ask for the past once more.
                connection.options(from == null);
        Deadline deadline = Deadline.in(timeoutSeconds);
        ConnectionReport report = new ConnectionReport(
                printing.output().stdio(), connection.quiet(), reason -> ended.completeExceptionally(reason));
        try (Interrupts interrupts = new Interrupts(() -> ended.complete(null));
                Link link = Link.open(
                        options, report, new Patience(deadline::leftNanos, ended), this::receive, receiver())) {
            connection.debug("connected to " + options.address());
            if (!unsubscribe.isEmpty() && link instanceof MqttLink mqtt) {
                mqtt.unsubscribe(unsubscribe);
            }
            if (!filters.isEmpty()) {
                subscribe(link);
            }
            if (!onlySubscribe) {
                ended.get(deadline.leftNanos(), TimeUnit.NANOSECONDS);
            }
            return 0;
        } catch (TimeoutException e) {
            return Failures.TIMED_OUT;
        } catch (LinkException e) {
            if (e.kind() == LinkException.Kind.ENDED) {
                return 0;
            }
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LinkException lost) {
                throw lost;
            }
            throw e;
        }
    }

    /** Writing to a slow pipe must not keep the client from answering the server. */
    private static Executor receiver() {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("signalbox-receiver").daemon().factory());
    }

    private void check() {
        connection.check();
        String inUrl = connection.topicInUrl();
        if (inUrl != null) {
            filters.add(inUrl);
        }
        if (filters.isEmpty() && unsubscribe.isEmpty()) {
            throw connection.wrong("say what to subscribe to: -t FILTER");
        }
        connection.checkQos(qos);
        if (qos == 0) {
            connection.checkNameless();
        }
        if (qos == 2 && connection.protocol() == Protocol.HTTP) {
            throw connection.wrong("a consumer over HTTP settles once, not twice: the QoS is 2; it must be 0 or 1");
        }
        if (connection.isMqtt3() && (from != null || speed != null)) {
            throw connection.wrong("--from and --speed need MQTT 5; leave -V out");
        }
        if (speed != null && from == null) {
            throw connection.wrong("--speed is of the past; say from where: --from all");
        }
        printing.check(connection);
        connection.checkTimeout(timeoutSeconds);
        if (countMax != null && countMax < 1) {
            throw connection.wrong("-C is " + countMax + "; it must be at least 1");
        }
        filters.forEach(this::checkFilter);
        unsubscribe.forEach(this::checkFilter);
        hidden = filtersOut.stream().map(TopicFilter::ofMqtt).toList();
    }

    /** MQTT 5, 4.8.2: {@code $share/GROUP/FILTER}, where the group has no wildcard and no slash. */
    private void checkFilter(String filter) {
        if (!filter.startsWith("$share/")) {
            TopicFilter.ofMqtt(filter);
            return;
        }
        if (connection.protocol() == Protocol.AMQP) {
            throw connection.wrong(
                    "over AMQP take turns at a queue, -t queue://NAME, instead of the shared filter '" + filter + "'");
        }
        if (connection.protocol() == Protocol.HTTP && qos == 0) {
            throw connection.wrong(
                    "the shared filter '" + filter + "' is over HTTP for a consumer that settles: add -q 1");
        }
        String[] parts = filter.split("/", 3);
        if (parts.length < 3 || parts[1].isEmpty() || parts[1].contains("+") || parts[1].contains("#")) {
            throw connection.wrong(
                    "the shared filter is '" + filter + "'; it must be $share/GROUP/FILTER, and GROUP without + and #");
        }
        TopicFilter.ofMqtt(parts[2]);
    }

    private void subscribe(Link link) throws LinkException {
        List<UserProperty> properties = new ArrayList<>(connection.properties().user("subscribe"));
        if (from != null) {
            properties.add(new UserProperty("sb-from", from));
        }
        if (speed != null) {
            properties.add(new UserProperty("sb-speed", speed));
        }
        boolean wantsRetained = !noRetained;
        List<Integer> granted = link.subscribe(
                new Filters(filters, qos, noLocal, retainAsPublished, wantsRetained ? 0 : 2, properties));
        connection.debug("subscribed to " + filters);
        for (int i = 0; i < granted.size(); i++) {
            if (granted.get(i) > 2) {
                printing.output()
                        .stdio()
                        .err()
                        .printf("%s was refused (0x%02X); going on with the others%n", filters.get(i), granted.get(i));
            } else if (granted.get(i) < qos && !connection.quiet()) {
                printing.output()
                        .stdio()
                        .err()
                        .printf("%s is granted at QoS %d instead of %d%n", filters.get(i), granted.get(i), qos);
            }
        }
    }

    /** On the receiver's thread alone. What comes after the end is left unacknowledged, and so stays the server's. */
    private void receive(Incoming message) {
        if (ended.isDone()) {
            return;
        }
        if (retainedOnly && !message.retain()) {
            ended.complete(null);
            return;
        }
        if (!(noRetained && message.retain()) && !isHidden(message.topic())) {
            try {
                printing.print(message);
            } catch (RuntimeException e) {
                ended.completeExceptionally(e);
                return;
            }
            printed++;
        }
        message.acknowledge().run();
        if (countMax != null && printed >= countMax || printing.isUnread()) {
            ended.complete(null);
        }
    }

    private boolean isHidden(String topic) {
        return hidden.stream().anyMatch(filter -> filter.matches(Topic.ofMqtt(topic)));
    }
}
