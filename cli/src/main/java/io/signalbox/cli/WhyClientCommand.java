package io.signalbox.cli;

import io.signalbox.topic.Topic;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "client",
        description = {
            "Say why a client gets no messages, or not all. Reasons begin with '!'.",
            "Figures are since the server was started."
        },
        mixinStandardHelpOptions = true)
final class WhyClientCommand implements Callable<Integer> {
    private static final int LETTERS_SHOWN = 5;

    @Mixin
    private final Api api = new Api();

    @Mixin
    private final Output output = new Output();

    @Parameters(index = "0", paramLabel = "NAME", description = "Its client id.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String name;

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC",
            description = "Messages of this topic.")
    private @Nullable String topicText;

    @Override
    public Integer call() throws IOException {
        Topic topic = topicText == null ? null : Topic.ofMqtt(topicText);
        Findings findings = new Findings(output);
        Map<String, @Nullable Object> client;
        try {
            client = api.get("/api/v1/clients/" + Api.encode(name));
        } catch (ApiException e) {
            if (e.status() != 404) {
                throw e;
            }
            findings.reason("no session is named '" + name + "': it never came, or its session ended (it was not kept,"
                    + " expired, or was removed), and with it its subscriptions and its queue");
            return Failures.REFUSED;
        }
        presence(client, findings);
        subscriptions(client, topic, findings);
        queue(client, findings);
        for (Map<String, @Nullable Object> line :
                Api.objects(api.get("/api/v1/ledger", "limit", "10000"), "sessions")) {
            if (name.equals(line.get("name"))) {
                findings.fact(Findings.number(line, "offered") + " messages were for it, "
                        + Findings.number(line, "delivered") + " are delivered");
                findings.losses(line);
            }
        }
        List<Map<String, @Nullable Object>> letters = Api.objects(
                api.get("/api/v1/dead-letters", "session", name, "topic", topicText, "limit", "10000"), "deadLetters");
        letters.subList(Math.max(0, letters.size() - LETTERS_SHOWN), letters.size())
                .forEach(findings::deadLetter);
        return 0;
    }

    private static void presence(Map<String, @Nullable Object> client, Findings findings) {
        String since = Findings.time(client, "sinceMillis");
        String who = client.get("principal") instanceof String user && !user.isEmpty() ? " as user " + user : "";
        if ("ONLINE".equals(client.get("state"))) {
            findings.fact("it is connected" + who + ", since " + since);
        } else {
            findings.reason("it is away, since " + since
                    + (Boolean.TRUE.equals(client.get("durable"))
                            ? "; its session is kept, and what comes at QoS 1 or 2 waits"
                            : "; its session is not kept"));
        }
    }

    private static void subscriptions(Map<String, @Nullable Object> client, @Nullable Topic topic, Findings findings) {
        List<String> all = Subscriptions.of(client);
        if (all.isEmpty()) {
            findings.reason("it has no subscription, so nothing is for it");
        } else if (topic == null) {
            findings.fact("it subscribes to " + String.join(", ", all));
        } else {
            List<String> matching = Subscriptions.matching(client, topic);
            if (matching.isEmpty()) {
                findings.reason("none of its subscriptions matches " + topic.text() + ": " + String.join(", ", all));
            } else {
                findings.fact(topic.text() + " matches its subscription " + String.join(", ", matching));
            }
            if (!matching.isEmpty() && matching.stream().allMatch(Subscriptions::isShared)) {
                findings.reason("that is shared: each message goes to one member of the group alone");
            }
        }
    }

    private static void queue(Map<String, @Nullable Object> client, Findings findings) {
        long queued = Findings.number(client, "queuedMessages");
        long unsettled = Findings.number(client, "unsettled");
        if (unsettled > 0) {
            findings.reason(unsettled + " were sent to it and are not acknowledged");
        }
        if (queued > 0) {
            findings.reason(queued + " wait in its queue (" + Findings.number(client, "queuedBytes") + " bytes)"
                    + (unsettled > 0 ? ", until it acknowledges those" : ""));
        }
    }
}
