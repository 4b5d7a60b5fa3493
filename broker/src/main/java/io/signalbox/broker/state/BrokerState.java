package io.signalbox.broker.state;

import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.record.DeadLetterCodec;
import io.signalbox.broker.record.MatchCodec;
import io.signalbox.broker.record.MessageCodec;
import io.signalbox.broker.record.PastCodec;
import io.signalbox.broker.record.RecordReader;
import io.signalbox.broker.record.RecordType;
import io.signalbox.broker.record.SessionCodec;
import io.signalbox.broker.record.SpecCodec;
import io.signalbox.log.LogRecord;
import io.signalbox.message.Message;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StoredMessage;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything durable but the messages themselves: a fold over the log's records. Recovery folds what came after the
 * last snapshot; making a snapshot is the same fold, written down. Records about sessions that are gone are passed
 * over: they were on their way when the session went. Not thread safe.
 */
public final class BrokerState {
    final Map<Long, SessionState> sessions = new TreeMap<>();
    final Map<String, StoredMessage> retained = new HashMap<>();
    final LinkedHashMap<Long, DeadLetter> deadLetters = new LinkedHashMap<>();
    long lastSequence;
    long lastSessionId;
    long lastDeadLetterId;
    long recordsFolded;

    public Map<Long, SessionState> sessions() {
        return sessions;
    }

    /** By canonical text of the topic. */
    public Map<String, StoredMessage> retained() {
        return retained;
    }

    /** By id, oldest first. */
    public Map<Long, DeadLetter> deadLetters() {
        return deadLetters;
    }

    public long lastSequence() {
        return lastSequence;
    }

    public long lastSessionId() {
        return lastSessionId;
    }

    public long lastDeadLetterId() {
        return lastDeadLetterId;
    }

    public long recordsFolded() {
        return recordsFolded;
    }

    public void apply(LogRecord record) {
        recordsFolded++;
        RecordReader in = new RecordReader(record.array(), record.offset(), record.length());
        switch (record.type()) {
            case RecordType.MESSAGE -> message(record, in);
            case RecordType.SESSION -> session(record, in);
            case RecordType.SESSION_REMOVED -> sessions.remove(in.varint());
            case RecordType.SUBSCRIBED -> subscribed(in);
            case RecordType.UNSUBSCRIBED -> unsubscribed(in);
            case RecordType.SETTLED -> settled(in);
            case RecordType.ASSIGNED -> assigned(in);
            case RecordType.RECEIVED -> received(in);
            case RecordType.COMPLETED -> completed(in);
            case RecordType.TAG_FORGOTTEN -> tagForgotten(in);
            case RecordType.FAILED -> failed(record, in);
            case RecordType.DEAD_LETTER -> deadLetter(in);
            case RecordType.DEAD_RESOLVED -> deadResolved(in);
            case RecordType.DEAD_PURGED -> deadPurged(in);
            case RecordType.ATTACHMENT -> attachment(record, in);
            case RecordType.ROUTED -> routed(in);
            case RecordType.PAST -> past(in);
            case RecordType.PAST_DONE_TO -> pastDoneTo(in);
            case RecordType.PAST_ENDED -> pastEnded(in);
            case RecordType.BARRIER -> {}
            default ->
                throw new IllegalStateException("log record of type " + record.type() + " at position "
                        + record.position() + " is unknown; it was written by a newer version");
        }
    }

    private void message(LogRecord record, RecordReader in) {
        lastSequence = Math.max(lastSequence, record.sequence());
        SessionState origin = sessions.get(in.varint());
        int tag = in.intVarint();
        if (origin != null && tag > 0) {
            origin.tags.add(tag);
        }
        int targets = in.count();
        for (int i = 0; i < targets; i++) {
            SessionState session = sessions.get(in.varint());
            Match match = MatchCodec.read(in);
            if (session != null) {
                session.owed.put(record.position(), new SessionState.Owed(match));
            }
        }
        if (MessageCodec.peekRetain(in)) {
            Message message = MessageCodec.read(in);
            if (message.payload().length == 0) {
                retained.remove(message.topic().text());
            } else {
                retained.put(
                        message.topic().text(), new StoredMessage(record.sequence(), record.timeMillis(), message));
            }
        }
    }

    private void session(LogRecord record, RecordReader in) {
        long id = in.varint();
        SessionOptions options = SessionCodec.read(in);
        lastSessionId = Math.max(lastSessionId, id);
        SessionState known = sessions.get(id);
        if (known == null) {
            known = new SessionState(id, options);
            known.sinceMillis = record.timeMillis();
            sessions.put(id, known);
        }
        known.options = options;
    }

    private void subscribed(RecordReader in) {
        SessionState session = sessions.get(in.varint());
        int count = in.count();
        for (int i = 0; i < count; i++) {
            FilterSpec spec = SpecCodec.read(in);
            if (session != null) {
                session.specs.put(new Session.Target(spec.filter(), spec.shareGroup()), spec);
                if (spec.shareGroup() == null) {
                    session.pasts.remove(spec.filter().text());
                }
            }
        }
    }

    private void past(RecordReader in) {
        SessionState session = sessions.get(in.varint());
        PastCodec.Running past = PastCodec.read(in);
        if (session != null) {
            session.pasts.put(past.spec().filter().text(), past);
        }
    }

    private void pastDoneTo(RecordReader in) {
        SessionState session = sessions.get(in.varint());
        String filter = in.string();
        long boundary = in.varint();
        long sequence = in.varint();
        if (session != null) {
            session.pasts.computeIfPresent(
                    filter, (text, past) -> past.boundary() == boundary ? past.doneTo(sequence) : past);
        }
    }

    private void pastEnded(RecordReader in) {
        SessionState session = sessions.get(in.varint());
        String filter = in.string();
        long boundary = in.varint();
        if (session != null) {
            // Of another boundary: a late note of the one that this one replaced.
            session.pasts.computeIfPresent(filter, (text, past) -> past.boundary() == boundary ? null : past);
        }
    }

    private void unsubscribed(RecordReader in) {
        SessionState session = sessions.get(in.varint());
        int count = in.count();
        for (int i = 0; i < count; i++) {
            Session.Target target = SpecCodec.readTarget(in);
            if (session != null) {
                session.specs.remove(target);
                if (target.shareGroup() == null) {
                    session.pasts.remove(target.filter().text());
                }
            }
        }
    }

    private void settled(RecordReader in) {
        SessionState session = sessions.get(in.varint());
        int count = in.count();
        for (int i = 0; i < count; i++) {
            long position = in.varint();
            if (session != null) {
                session.owed.remove(position);
            }
        }
    }

    private void assigned(RecordReader in) {
        SessionState session = sessions.get(in.varint());
        long position = in.varint();
        SessionState.Owed owed = session == null ? null : session.owed.get(position);
        if (owed != null && session != null) {
            session.assign(position, owed, in.intVarint());
            session.received.remove(owed.deliveryId);
        }
    }

    private void received(RecordReader in) {
        SessionState session = sessions.get(in.varint());
        if (session != null) {
            int deliveryId = in.intVarint();
            long position = in.varint();
            session.owed.remove(position);
            session.received.put(deliveryId, position);
        }
    }

    private void completed(RecordReader in) {
        SessionState session = sessions.get(in.varint());
        if (session != null) {
            session.received.remove(in.intVarint());
        }
    }

    private void tagForgotten(RecordReader in) {
        SessionState session = sessions.get(in.varint());
        if (session != null) {
            session.tags.remove(in.intVarint());
        }
    }

    private void failed(LogRecord record, RecordReader in) {
        SessionState session = sessions.get(in.varint());
        SessionState.Owed owed = session == null ? null : session.owed.get(in.varint());
        if (owed != null) {
            owed.deliveryCount = in.intVarint();
            owed.deliveryId = 0;
            if (owed.firstFailedMillis == 0) {
                owed.firstFailedMillis = record.timeMillis();
            }
        }
    }

    private void deadLetter(RecordReader in) {
        SessionState session = sessions.get(in.varint());
        long position = in.varint();
        if (session != null) {
            session.owed.remove(position);
        }
        DeadLetter letter = DeadLetterCodec.read(in);
        deadLetters.put(letter.id(), letter);
        lastDeadLetterId = Math.max(lastDeadLetterId, letter.id());
    }

    private void deadResolved(RecordReader in) {
        int count = in.count();
        for (int i = 0; i < count; i++) {
            deadLetters.computeIfPresent(in.varint(), (id, letter) -> letter.asResolved());
        }
    }

    private void deadPurged(RecordReader in) {
        int count = in.count();
        for (int i = 0; i < count; i++) {
            deadLetters.remove(in.varint());
        }
    }

    private void attachment(LogRecord record, RecordReader in) {
        SessionState session = sessions.get(in.varint());
        if (session != null) {
            session.attached = in.varint() == 1;
            session.sinceMillis = record.timeMillis();
        }
    }

    private void routed(RecordReader in) {
        SessionState session = sessions.get(in.varint());
        long position = in.varint();
        if (session != null) {
            session.owed.put(position, new SessionState.Owed(MatchCodec.read(in)));
        }
    }
}
