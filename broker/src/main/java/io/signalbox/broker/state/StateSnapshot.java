package io.signalbox.broker.state;

import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.record.DeadLetterCodec;
import io.signalbox.broker.record.MatchCodec;
import io.signalbox.broker.record.MessageCodec;
import io.signalbox.broker.record.PastCodec;
import io.signalbox.broker.record.RecordReader;
import io.signalbox.broker.record.RecordWriter;
import io.signalbox.broker.record.SessionCodec;
import io.signalbox.broker.record.SpecCodec;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StoredMessage;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;

/**
 * The state written down: a version, then blocks, each a length (4 bytes) and that many bytes. A block of length 0
 * ends. The first byte of a block says what it holds.
 */
public final class StateSnapshot {
    private static final int VERSION = 2;

    /** Version 1 knew neither FAILED nor PAST blocks. */
    private static final int OLDEST_VERSION = 1;

    private static final int ENTRIES_PER_BLOCK = 4_096;
    private static final int BLOCK_BYTES_MAX = 1 << 30;
    private static final int COUNTERS = 1;
    private static final int SESSION = 2;
    private static final int OWED = 3;
    private static final int RETAINED = 4;
    private static final int DEAD_LETTER = 5;
    private static final int FAILED = 6;
    private static final int PAST = 7;

    private StateSnapshot() {}

    /** @return the bytes written */
    public static long write(BrokerState state, DataOutput to) throws IOException {
        CountedBlocks out = new CountedBlocks(to);
        to.writeInt(VERSION);
        RecordWriter block = new RecordWriter();
        block.octet(COUNTERS)
                .varint(state.lastSequence)
                .varint(state.lastSessionId)
                .varint(state.lastDeadLetterId);
        out.write(block);
        for (SessionState session : state.sessions.values()) {
            writeSession(session, block, out);
        }
        for (StoredMessage stored : state.retained.values()) {
            block.clear().octet(RETAINED).varint(stored.sequence()).varint(stored.timeMillis());
            MessageCodec.write(block, stored.message());
            out.write(block);
        }
        for (DeadLetter letter : state.deadLetters.values()) {
            DeadLetterCodec.write(block.clear().octet(DEAD_LETTER), letter);
            out.write(block);
        }
        to.writeInt(0);
        return out.bytes;
    }

    private static final class CountedBlocks {
        private final DataOutput to;
        private long bytes = 8;

        CountedBlocks(DataOutput to) {
            this.to = to;
        }

        void write(RecordWriter block) throws IOException {
            to.writeInt(block.length());
            to.write(block.array(), 0, block.length());
            bytes += 4 + block.length();
        }
    }

    private static void writeSession(SessionState session, RecordWriter block, CountedBlocks out) throws IOException {
        block.clear().octet(SESSION).varint(session.id);
        SessionCodec.write(block, session.options);
        block.octet(session.attached ? 1 : 0).varint(session.sinceMillis);
        block.varint(session.specs.size());
        session.specs.values().forEach(spec -> SpecCodec.write(block, spec));
        block.varint(session.tags.size());
        session.tags.forEach(block::varint);
        block.varint(session.received.size());
        session.received.forEach((id, position) -> block.varint(id).varint(position));
        out.write(block);
        int inBlock = 0;
        block.clear().octet(OWED).varint(session.id);
        for (Map.Entry<Long, SessionState.Owed> entry : session.owed.entrySet()) {
            SessionState.Owed owed = entry.getValue();
            block.varint(entry.getKey()).varint(owed.deliveryCount).varint(owed.deliveryId);
            MatchCodec.write(block, owed.match);
            if (++inBlock % ENTRIES_PER_BLOCK == 0) {
                out.write(block);
                block.clear().octet(OWED).varint(session.id);
            }
        }
        out.write(block);
        writeFailures(session, block, out);
        for (PastCodec.Running past : session.pasts.values()) {
            PastCodec.write(block.clear().octet(PAST).varint(session.id), past);
            out.write(block);
        }
    }

    private static void writeFailures(SessionState session, RecordWriter block, CountedBlocks out) throws IOException {
        int inBlock = 0;
        block.clear().octet(FAILED).varint(session.id);
        for (Map.Entry<Long, SessionState.Owed> entry : session.owed.entrySet()) {
            if (entry.getValue().firstFailedMillis > 0) {
                block.varint(entry.getKey()).varint(entry.getValue().firstFailedMillis);
                if (++inBlock % ENTRIES_PER_BLOCK == 0) {
                    out.write(block);
                    block.clear().octet(FAILED).varint(session.id);
                }
            }
        }
        if (inBlock % ENTRIES_PER_BLOCK > 0) {
            out.write(block);
        }
    }

    /** @throws IOException if it is not a snapshot that this version can read */
    public static BrokerState read(DataInput in) throws IOException {
        int version = in.readInt();
        if (version < OLDEST_VERSION || version > VERSION) {
            throw new IOException("snapshot version " + version + " is not one of " + OLDEST_VERSION + " to " + VERSION
                    + ", those known here");
        }
        BrokerState state = new BrokerState();
        while (true) {
            int length = in.readInt();
            if (length == 0) {
                return state;
            }
            if (length < 0 || length > BLOCK_BYTES_MAX) {
                throw new IOException("snapshot block of " + length + " bytes");
            }
            byte[] bytes = new byte[length];
            in.readFully(bytes);
            readBlock(state, new RecordReader(bytes, 0, length));
        }
    }

    private static void readBlock(BrokerState state, RecordReader in) throws IOException {
        int kind = in.octet();
        switch (kind) {
            case COUNTERS -> {
                state.lastSequence = in.varint();
                state.lastSessionId = in.varint();
                state.lastDeadLetterId = in.varint();
            }
            case SESSION -> readSession(state, in);
            case OWED -> {
                SessionState session = state.sessions.get(in.varint());
                while (session != null && in.hasMore()) {
                    long position = in.varint();
                    int count = in.intVarint();
                    int deliveryId = in.intVarint();
                    Match match = MatchCodec.read(in);
                    SessionState.Owed owed = new SessionState.Owed(match);
                    owed.deliveryCount = count;
                    session.owed.put(position, owed);
                    if (deliveryId > 0) {
                        session.assign(position, owed, deliveryId);
                    }
                }
            }
            case FAILED -> {
                SessionState session = state.sessions.get(in.varint());
                while (session != null && in.hasMore()) {
                    SessionState.Owed owed = session.owed.get(in.varint());
                    long firstMillis = in.varint();
                    if (owed != null) {
                        owed.firstFailedMillis = firstMillis;
                    }
                }
            }
            case PAST -> {
                SessionState session = state.sessions.get(in.varint());
                PastCodec.Running past = PastCodec.read(in);
                if (session != null) {
                    session.pasts.put(past.spec().filter().text(), past);
                }
            }
            case RETAINED -> {
                long sequence = in.varint();
                long time = in.varint();
                StoredMessage stored = new StoredMessage(sequence, time, MessageCodec.read(in));
                state.retained.put(stored.message().topic().text(), stored);
            }
            case DEAD_LETTER -> {
                DeadLetter letter = DeadLetterCodec.read(in);
                state.deadLetters.put(letter.id(), letter);
            }
            default -> throw new IOException("snapshot block of unknown kind " + kind);
        }
    }

    private static void readSession(BrokerState state, RecordReader in) {
        long id = in.varint();
        SessionOptions options = SessionCodec.read(in);
        SessionState session = new SessionState(id, options);
        session.attached = in.octet() == 1;
        session.sinceMillis = in.varint();
        for (int i = in.count(); i > 0; i--) {
            FilterSpec spec = SpecCodec.read(in);
            session.specs.put(new Session.Target(spec.filter(), spec.shareGroup()), spec);
        }
        for (int i = in.count(); i > 0; i--) {
            session.tags.add(in.intVarint());
        }
        for (int i = in.count(); i > 0; i--) {
            session.received.put(in.intVarint(), in.varint());
        }
        state.sessions.put(id, session);
    }
}
