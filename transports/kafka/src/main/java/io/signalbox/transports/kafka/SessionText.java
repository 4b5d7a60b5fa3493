package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.StartPosition;
import io.signalbox.transports.kafka.SessionRecord.Past;
import io.signalbox.transports.kafka.SessionRecord.Subscription;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The stored form of a {@link SessionRecord}: lines of words, texts in percent encoding.
 *
 * <pre>
 * session OWNER EXPIRY-SECONDS DETACHED-AT-MILLIS
 * at TOPIC PARTITION OFFSET NOTE
 * subscription QOS ID NO-LOCAL RETAIN-AS-PUBLISHED GROUP FILTER
 * from TOPIC PARTITION OFFSET                  of the subscription before
 * past NEWEST-OF-EACH SPEED                    of the subscription before
 * begin TOPIC PARTITION OFFSET                 of that past
 * </pre>
 */
final class SessionText {
    private SessionText() {}

    static String write(SessionRecord session) {
        StringBuilder text = new StringBuilder();
        line(text, "session", session.owner(), session.expirySeconds(), session.detachedAtMillis());
        session.positions().forEach((at, position) -> {
            OffsetAndMetadata committed = position.committed();
            line(text, "at", at.topic(), at.partition(), committed.offset(), committed.metadata());
        });
        for (Subscription one : session.subscriptions()) {
            FilterSpec spec = one.spec();
            line(
                    text,
                    "subscription",
                    spec.guarantee().qos(),
                    spec.subscriptionId(),
                    spec.noLocal(),
                    spec.retainAsPublished(),
                    spec.shareGroup() == null ? "" : spec.shareGroup(),
                    spec.filter().text());
            one.from().forEach((at, offset) -> line(text, "from", at.topic(), at.partition(), offset));
            Past past = one.past();
            if (past != null) {
                line(text, "past", past.newestOfEach(), past.speed());
                past.from().forEach((at, offset) -> line(text, "begin", at.topic(), at.partition(), offset));
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, Object... words) {
        for (int i = 0; i < words.length; i++) {
            text.append(i == 0 ? "" : " ").append(URLEncoder.encode(String.valueOf(words[i]), StandardCharsets.UTF_8));
        }
        text.append('\n');
    }

    /** @throws SignalboxException MALFORMED if somebody else wrote it */
    static SessionRecord read(String text) {
        Reading reading = new Reading();
        try {
            text.lines().forEach(line -> reading.line(line.split(" ", -1)));
            return reading.end();
        } catch (RuntimeException e) {
            throw new SignalboxException(ReasonCode.MALFORMED, "a session's record cannot be read: " + e, e);
        }
    }

    /** Not thread safe; one for each record. */
    private static final class Reading {
        private SessionRecord session = SessionRecord.of("", 0);
        private final Map<TopicPartition, Position> positions = new HashMap<>();
        private final List<Subscription> subscriptions = new ArrayList<>();

        private static String word(String[] words, int at) {
            return URLDecoder.decode(words[at], StandardCharsets.UTF_8);
        }

        private static long number(String[] words, int at) {
            return Long.parseLong(words[at]);
        }

        private static TopicPartition partition(String[] words) {
            return new TopicPartition(word(words, 1), (int) number(words, 2));
        }

        void line(String[] words) {
            switch (words[0]) {
                case "session" ->
                    session =
                            new SessionRecord(word(words, 1), number(words, 2), number(words, 3), List.of(), Map.of());
                case "at" ->
                    positions.put(
                            partition(words), Position.of(new OffsetAndMetadata(number(words, 3), word(words, 4))));
                case "subscription" -> subscriptions.add(new Subscription(spec(words), Map.of(), null));
                case "from" -> {
                    Subscription last = subscriptions.removeLast();
                    subscriptions.add(new Subscription(last.spec(), with(last.from(), words), last.past()));
                }
                case "past" -> {
                    Subscription last = subscriptions.removeLast();
                    Past past = new Past(Map.of(), words[1].equals("true"), Double.parseDouble(words[2]));
                    subscriptions.add(new Subscription(last.spec(), last.from(), past));
                }
                case "begin" -> {
                    Subscription last = subscriptions.removeLast();
                    Past past = last.past();
                    if (past != null) {
                        past = new Past(with(past.from(), words), past.newestOfEach(), past.speed());
                    }
                    subscriptions.add(new Subscription(last.spec(), last.from(), past));
                }
                default -> {} // of a later version
            }
        }

        private static Map<TopicPartition, Long> with(Map<TopicPartition, Long> before, String[] words) {
            Map<TopicPartition, Long> more = new HashMap<>(before);
            more.put(partition(words), number(words, 3));
            return more;
        }

        private static FilterSpec spec(String[] words) {
            String group = word(words, 5);
            return new FilterSpec(
                    TopicFilter.ofCanonical(word(words, 6)),
                    group.isEmpty() ? null : group,
                    Guarantee.ofQos((int) number(words, 1)),
                    (int) number(words, 2),
                    words[3].equals("true"),
                    words[4].equals("true"),
                    FilterSpec.RetainedDelivery.NONE,
                    StartPosition.NEW,
                    0);
        }

        SessionRecord end() {
            return new SessionRecord(
                    session.owner(), session.expirySeconds(), session.detachedAtMillis(), subscriptions, positions);
        }
    }
}
