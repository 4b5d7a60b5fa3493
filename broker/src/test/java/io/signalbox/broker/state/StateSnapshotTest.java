package io.signalbox.broker.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.DeadLetter.Death;
import io.signalbox.broker.DeadLetter.DeathReason;
import io.signalbox.broker.record.DeadLetterCodec;
import io.signalbox.broker.record.MatchCodec;
import io.signalbox.broker.record.MessageCodec;
import io.signalbox.broker.record.PastCodec;
import io.signalbox.broker.record.RecordType;
import io.signalbox.broker.record.RecordWriter;
import io.signalbox.broker.record.SessionCodec;
import io.signalbox.broker.record.SpecCodec;
import io.signalbox.log.Appender;
import io.signalbox.log.Log;
import io.signalbox.log.LogConfig;
import io.signalbox.log.store.SimulatedFileStore;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StartPosition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class StateSnapshotTest {
    private static final int RECORDS = 2_000;

    private final long seed = Long.getLong("signalbox.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<Long> messages = new ArrayList<>();
    private final Map<String, Long> boundaries = new HashMap<>();
    private long sequence;

    /** Wherever a snapshot is taken, what follows folds onto it as onto the state itself. */
    @Test
    void aSnapshotIsAsGoodAsAllThatWasBeforeIt() throws Exception {
        System.out.println("seed " + seed);
        try (Log log = Log.open(
                LogConfig.defaults(Path.of("simulated")).withSegmentBytes(256 * 1024), new SimulatedFileStore())) {
            Appender appender = log.appender();
            List<Long> ends = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                appendOne(appender, i);
                appender.commit();
                ends.add(log.endPosition());
            }
            BrokerState whole = fold(new BrokerState(), log, log.startPosition(), log.endPosition());
            assertNoIdTwice(whole);
            Set<String> expected = blocks(bytes(whole));
            for (int i = 0; i < 50; i++) {
                long at = ends.get(random.nextInt(RECORDS));
                BrokerState before = fold(new BrokerState(), log, log.startPosition(), at);
                assertNoIdTwice(before);
                BrokerState read = StateSnapshot.read(new DataInputStream(new ByteArrayInputStream(bytes(before))));
                assertThat(blocks(bytes(read))).isEqualTo(blocks(bytes(before)));
                BrokerState resumed = fold(read, log, at, log.endPosition());
                assertThat(blocks(bytes(resumed)))
                        .as("snapshot at position %d", at)
                        .isEqualTo(expected);
            }
        }
    }

    private static void assertNoIdTwice(BrokerState state) {
        for (SessionState session : state.sessions().values()) {
            List<Integer> ids = session.owed().values().stream()
                    .map(SessionState.Owed::deliveryId)
                    .filter(id -> id > 0)
                    .toList();
            assertThat(ids).doesNotHaveDuplicates();
        }
    }

    private static BrokerState fold(BrokerState state, Log log, long from, long to) throws IOException {
        log.scan(from, to, record -> {
            state.apply(record);
            return true;
        });
        return state;
    }

    private static byte[] bytes(BrokerState state) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StateSnapshot.write(state, new DataOutputStream(out));
        return out.toByteArray();
    }

    private static Set<String> blocks(byte[] snapshot) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(snapshot));
        in.readInt();
        Set<String> blocks = new TreeSet<>();
        for (int length = in.readInt(); length > 0; length = in.readInt()) {
            blocks.add(HexFormat.of().formatHex(in.readNBytes(length)));
        }
        return blocks;
    }

    private void appendOne(Appender appender, int step) {
        long session = 1 + random.nextInt(3);
        int id = 1 + random.nextInt(4);
        RecordWriter out = new RecordWriter().varint(session);
        int type = step < 3 ? RecordType.SESSION : 1 + random.nextInt(20);
        switch (type) {
            case RecordType.MESSAGE -> {
                messages.add(appender.end());
                sequence++;
                out.varint(random.nextInt(3));
                out.varint(2);
                for (long to = 1; to <= 2; to++) {
                    out.varint(to);
                    MatchCodec.write(out, Match.plain(Guarantee.EXACTLY_ONCE));
                }
                MessageCodec.write(out, message());
            }
            case RecordType.SESSION -> {
                out.clear().varint(step < 3 ? step + 1 : session);
                SessionCodec.write(out, SessionOptions.durableSession("s" + session));
            }
            case RecordType.SESSION_REMOVED -> {
                if (random.nextInt(20) > 0) {
                    type = RecordType.BARRIER;
                }
            }
            case RecordType.SUBSCRIBED -> {
                out.varint(1);
                SpecCodec.write(out, FilterSpec.of(TopicFilter.ofMqtt("t/" + id), Guarantee.AT_LEAST_ONCE));
            }
            case RecordType.UNSUBSCRIBED -> {
                out.varint(1);
                SpecCodec.writeTarget(out, new Session.Target(TopicFilter.ofMqtt("t/" + id), null));
            }
            case RecordType.SETTLED -> out.varint(1).varint(someMessage());
            case RecordType.ASSIGNED -> out.varint(someMessage()).varint(id);
            case RecordType.RECEIVED -> out.varint(id).varint(someMessage());
            case RecordType.COMPLETED -> out.varint(id);
            case RecordType.TAG_FORGOTTEN -> out.varint(id);
            case RecordType.FAILED -> out.varint(someMessage()).varint(1 + random.nextInt(3));
            case RecordType.DEAD_LETTER -> {
                out.varint(someMessage());
                DeadLetterCodec.write(
                        out,
                        new DeadLetter(
                                step,
                                "s" + session,
                                sequence,
                                step,
                                message(),
                                List.of(new Death(DeathReason.REJECTED, "s", 1, 1, step, "no")),
                                false));
            }
            case RecordType.DEAD_RESOLVED, RecordType.DEAD_PURGED ->
                out.clear().varint(1).varint(random.nextInt(RECORDS));
            case RecordType.ATTACHMENT -> out.varint(random.nextInt(2));
            case RecordType.ROUTED -> {
                out.varint(someMessage());
                MatchCodec.write(out, Match.plain(Guarantee.EXACTLY_ONCE));
            }
            case RecordType.PAST -> {
                boundaries.put("t/" + id, appender.end());
                PastCodec.write(
                        out,
                        new PastCodec.Running(
                                FilterSpec.of(TopicFilter.ofMqtt("t/" + id), Guarantee.AT_LEAST_ONCE)
                                        .withStart(
                                                List.of(
                                                                StartPosition.ALL,
                                                                StartPosition.LAST_PER_TOPIC,
                                                                new StartPosition.Last(7),
                                                                new StartPosition.Time(8),
                                                                new StartPosition.Sequence(9))
                                                        .get(random.nextInt(5)),
                                                random.nextDouble()),
                                appender.end(),
                                0));
            }
            case RecordType.PAST_DONE_TO ->
                out.string("t/" + id).varint(someBoundary("t/" + id)).varint(step);
            case RecordType.PAST_ENDED -> out.string("t/" + id).varint(someBoundary("t/" + id));
            default -> type = RecordType.BARRIER;
        }
        appender.append(type, 0, sequence, 1_000 + step, out.array(), 0, out.length());
    }

    private Message message() {
        return Message.to(Topic.ofMqtt("t/" + random.nextInt(5)))
                .retain(random.nextBoolean())
                .payload(random.nextInt(4) == 0 ? "" : "p" + sequence)
                .build();
    }

    /** Of the newest past with that filter, or of none. */
    private long someBoundary(String filter) {
        return random.nextInt(4) == 0 ? 1 : boundaries.getOrDefault(filter, 1L);
    }

    /** The note of a replaced past may come behind the one that replaced it. */
    @Test
    void aNoteOfAnotherPastChangesNothing() throws IOException {
        try (Log log = Log.open(LogConfig.defaults(Path.of("simulated")), new SimulatedFileStore())) {
            Appender appender = log.appender();
            FilterSpec spec = FilterSpec.of(TopicFilter.ofMqtt("a"), Guarantee.AT_LEAST_ONCE)
                    .withStart(StartPosition.ALL, 0);
            RecordWriter session = new RecordWriter().varint(1);
            SessionCodec.write(session, SessionOptions.durableSession("s"));
            append(appender, RecordType.SESSION, session);
            RecordWriter past = new RecordWriter().varint(1);
            PastCodec.write(past, new PastCodec.Running(spec, 700, 0));
            append(appender, RecordType.PAST, past);
            append(
                    appender,
                    RecordType.PAST_DONE_TO,
                    new RecordWriter().varint(1).string("a").varint(600).varint(9));
            append(
                    appender,
                    RecordType.PAST_ENDED,
                    new RecordWriter().varint(1).string("a").varint(600));
            appender.commit();
            assertThat(pastsOf(log)).extracting(PastCodec.Running::doneSequence).containsExactly(0L);
            append(
                    appender,
                    RecordType.PAST_DONE_TO,
                    new RecordWriter().varint(1).string("a").varint(700).varint(3));
            appender.commit();
            assertThat(pastsOf(log)).extracting(PastCodec.Running::doneSequence).containsExactly(3L);
            append(
                    appender,
                    RecordType.PAST_ENDED,
                    new RecordWriter().varint(1).string("a").varint(700));
            appender.commit();
            assertThat(pastsOf(log)).isEmpty();
        }
    }

    private static Iterable<PastCodec.Running> pastsOf(Log log) throws IOException {
        BrokerState state = fold(new BrokerState(), log, log.startPosition(), log.endPosition());
        return Objects.requireNonNull(state.sessions().get(1L)).pasts();
    }

    private static void append(Appender appender, int type, RecordWriter record) {
        appender.append(type, 0, 0, 1_000, record.array(), 0, record.length());
    }

    private long someMessage() {
        return messages.isEmpty() ? 0 : messages.get(random.nextInt(messages.size()));
    }
}
