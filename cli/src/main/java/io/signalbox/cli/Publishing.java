package io.signalbox.cli;

import io.signalbox.cli.link.Outgoing;
import io.signalbox.cli.link.PublishProperties;
import io.signalbox.topic.Topic;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is published, and where: what a message and a question have in common. */
final class Publishing {
    private final String verb;

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
            description = "0 at most once, 1 at least once, 2 exactly once (default: ${DEFAULT-VALUE}).")
    private int qos;

    @Mixin
    private final MessageOptions message = new MessageOptions();

    /** @param verb of its command, for what it says to who gave too little */
    Publishing(String verb, int qos) {
        this.verb = verb;
        this.qos = qos;
    }

    /** Takes one message after the other. */
    interface Taker {
        void take(Outgoing message) throws Exception;
    }

    int qos() {
        return qos;
    }

    /** @return the topic; refuses options that cannot be meant */
    String check(Connection connection) {
        connection.check();
        connection.checkNameless();
        String where = topic != null ? topic : connection.topicInUrl();
        if (where == null) {
            throw connection.wrong("say where to " + verb + ": -t TOPIC");
        }
        if (!payloads.onlyOneGiven()) {
            throw connection.wrong("say what to " + verb + ", in one way: -m TEXT, -f FILE, -s, -l or -n");
        }
        connection.checkQos(qos);
        return Topic.ofMqtt(where).text();
    }

    PublishProperties properties(Connection connection) {
        return message.over(connection.properties().of("publish"), connection);
    }

    /** @param in standard input, of which a payload may be, or one for each line */
    void forEach(InputStream in, String where, boolean retain, PublishProperties properties, Taker taker)
            throws Exception {
        payloads.forEach(in, payload -> taker.take(new Outgoing(where, payload, qos, retain, properties)));
    }
}
