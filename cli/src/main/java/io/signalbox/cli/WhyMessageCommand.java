package io.signalbox.cli;

import io.signalbox.topic.Topic;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "message",
        description = {
            "Say what became of the last message of a topic, or of the one with a sequence number. Reasons why somebody"
                    + " has it not begin with '!'.",
            "Who subscribes is said as it is now; figures are of the topic, since the server was started."
        },
        mixinStandardHelpOptions = true)
final class WhyMessageCommand implements Callable<Integer> {
    @Mixin
    private final Api api = new Api();

    @Mixin
    private final Output output = new Output();

    @Parameters(index = "0", paramLabel = "TOPIC", description = "Where it was published.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String topicText;

    @Option(names = "--sequence", paramLabel = "N", description = "Its number, as 'history' and 'replay' show it.")
    private @Nullable Long sequence;

    @Override
    public Integer call() throws IOException {
        Topic topic = Topic.ofMqtt(topicText);
        Findings findings = new Findings(output);
        Map<String, @Nullable Object> message = find();
        if (message == null) {
            findings.reason((sequence == null ? "no message" : "no message with the sequence " + sequence) + " of "
                    + topicText + " is kept: it was never accepted, or is older than what is kept");
        } else {
            describe(message, findings);
        }
        for (Map<String, @Nullable Object> line : Api.objects(api.get("/api/v1/ledger", "limit", "10000"), "topics")) {
            if (topicText.equals(line.get("name"))) {
                findings.fact("of the topic, " + Findings.number(line, "published") + " were accepted, which made "
                        + Findings.number(line, "offered") + " deliveries: "
                        + Findings.number(line, "delivered") + " are done, "
                        + Findings.number(line, "pending") + " pending");
                findings.losses(line);
            }
        }
        subscribers(topic, findings);
        letters(message, findings);
        return message == null ? Failures.REFUSED : 0;
    }

    private @Nullable Map<String, @Nullable Object> find() throws IOException {
        if (sequence == null) {
            List<Map<String, @Nullable Object>> last =
                    Api.objects(api.get("/api/v1/history", "topic", topicText, "last", "1"), "messages");
            return last.isEmpty() ? null : last.getLast();
        }
        long wanted = sequence;
        List<Map<String, @Nullable Object>> found = new ArrayList<>();
        api.lines(
                "GET",
                "/api/v1/replay",
                null,
                line -> {
                    if (Findings.number(line, "sequence") == wanted) {
                        found.add(line);
                    }
                    return false;
                },
                "filter",
                topicText,
                "from",
                "seq=" + sequence,
                "limit",
                "1");
        return found.isEmpty() ? null : found.getFirst();
    }

    private static void describe(Map<String, @Nullable Object> message, Findings findings) {
        long sequence = Findings.number(message, "sequence");
        findings.fact("accepted at " + Findings.time(message, "time") + ", QoS " + message.get("qos")
                + (sequence > 0 ? ", sequence " + sequence : ", not logged"));
        long ttlSeconds = Findings.number(message, "ttl");
        if (ttlSeconds > 0) {
            Instant until =
                    Instant.ofEpochMilli(Findings.number(message, "time")).plusSeconds(ttlSeconds);
            if (until.isBefore(Instant.now())) {
                findings.reason("it expired at " + until + ", and is delivered to nobody since");
            } else {
                findings.fact("it expires at " + until);
            }
        }
    }

    private void subscribers(Topic topic, Findings findings) throws IOException {
        boolean somebody = false;
        for (Map<String, @Nullable Object> client :
                Api.objects(api.get("/api/v1/clients", "limit", "10000"), "clients")) {
            List<String> matching = Subscriptions.matching(client, topic);
            if (matching.isEmpty()) {
                continue;
            }
            somebody = true;
            long waiting = Findings.number(client, "queuedMessages") + Findings.number(client, "unsettled");
            String text = "session " + client.get("name") + " subscribes with " + String.join(", ", matching) + ", is "
                    + client.get("state") + (waiting > 0 ? ", and has " + waiting + " messages waiting" : "");
            if (waiting > 0 || !"ONLINE".equals(client.get("state"))) {
                findings.reason(text);
            } else {
                findings.fact(text);
            }
        }
        if (!somebody) {
            findings.reason("no session subscribes to " + topic.text() + " now");
        }
    }

    private void letters(@Nullable Map<String, @Nullable Object> message, Findings findings) throws IOException {
        if (message == null || Findings.number(message, "sequence") == 0) {
            return;
        }
        for (Map<String, @Nullable Object> letter : Api.objects(
                api.get("/api/v1/dead-letters", "topic", topicText, "resolved", "true", "limit", "10000"),
                "deadLetters")) {
            if (Findings.number(letter, "sequence") == Findings.number(message, "sequence")) {
                findings.deadLetter(letter);
            }
        }
    }
}
