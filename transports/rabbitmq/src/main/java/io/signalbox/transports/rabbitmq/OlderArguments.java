package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queues that were made with other arguments than they would get now. RabbitMQ keeps those that a queue was made with, and
 * says nothing about it unless somebody declares it with others.
 */
final class OlderArguments {
    private static final Logger LOG = LoggerFactory.getLogger(OlderArguments.class);

    /** "inequivalent arg 'A' for queue 'Q' in vhost 'V': received V but current is W"; each value as the server has it. */
    private static final Pattern DIFFERENCE =
            Pattern.compile("inequivalent arg '([^']+)' .*: received (.+) but current is (.+)", Pattern.DOTALL);

    /** That decide what becomes of what has no room. */
    private static final Set<String> OF_BOUNDS = Set.of(
            "x-max-length",
            "x-max-length-bytes",
            "x-overflow",
            "x-dead-letter-exchange",
            "x-dead-letter-strategy",
            "x-queue-type");

    private OlderArguments() {}

    /** The first argument that is another. RabbitMQ tells of one at a time. */
    record Difference(String argument, String now, String wanted) {
        /** Null: it is said in other words, or of something else. */
        static @Nullable Difference of(String text) {
            Matcher matcher = DIFFERENCE.matcher(text);
            return matcher.find() ? new Difference(matcher.group(1), matcher.group(3), matcher.group(2)) : null;
        }
    }

    /** Of a queue that is there; tells of what an operator would want to know. */
    static void look(Connection connection, String queue, Map<String, Object> wanted) throws IOException {
        String warning = warning(connection, queue, wanted);
        if (warning != null) {
            LOG.warn(warning);
        }
    }

    /** @return null if no bound is another */
    static @Nullable String warning(Connection connection, String queue, Map<String, Object> wanted)
            throws IOException {
        Difference difference = find(connection, queue, wanted);
        if (difference == null || !OF_BOUNDS.contains(difference.argument())) {
            return null; // such as the expiry, which a session may change
        }
        return "queue " + queue + " was made with " + difference.argument() + " = " + difference.now()
                + ", and would now be made with " + difference.wanted()
                + ". RabbitMQ keeps what a queue was made with, so"
                + " its old bound still holds. To replace it, stop what publishes to it, wait until it is empty, stop the"
                + " servers that have it, run rabbitmqctl delete_queue '" + queue + "', and start them again";
    }

    /** @return null if there is none that the server tells of */
    private static @Nullable Difference find(Connection connection, String queue, Map<String, Object> wanted)
            throws IOException {
        try {
            Probe.ask(connection, channel -> channel.queueDeclare(queue, true, false, false, wanted));
            return null;
        } catch (IOException e) {
            String refusal = Probe.refusal(e);
            if (refusal == null) {
                throw e;
            }
            return Difference.of(refusal);
        }
    }
}
