package io.signalbox.transports.kafka;

import io.signalbox.time.TimeSource;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Session.Target;
import io.signalbox.transports.delivery.Subscriptions;
import io.signalbox.transports.kafka.SessionRecord.Past;
import io.signalbox.transports.kafka.SessionRecord.Subscription;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The past of one subscription, up to where the live stream takes over. Owned by the reading thread. */
final class PastLeg implements AutoCloseable {
    private final Subscription subscription;
    private final Past past;
    private final Cursor cursor;
    private final Intake intake;
    private final Beginnings beginnings;
    private final TimeSource time;
    private @Nullable Walk walk;
    private Set<Place> chosen = Set.of();
    private @Nullable ConsumerRecord<byte[], byte[]> early;
    private boolean begun;
    private long firstMillis;
    private long beganMillis;

    PastLeg(
            Subscription subscription,
            Past past,
            Cursor cursor,
            Intake intake,
            Beginnings beginnings,
            TimeSource time) {
        this.subscription = subscription;
        this.past = past;
        this.cursor = cursor;
        this.intake = intake;
        this.beginnings = beginnings;
        this.time = time;
        past.from().forEach(cursor::ledger);
    }

    Target target() {
        return subscription.target();
    }

    Cursor cursor() {
        return cursor;
    }

    void wakeup() {
        Walk walking = walk;
        if (walking != null) {
            walking.wakeup();
        }
    }

    private long until(TopicPartition partition) {
        return subscription.from().getOrDefault(partition, 0L);
    }

    private Walk begin() {
        if (past.newestOfEach()) {
            Map<TopicPartition, Walk.Stretch> whole = new HashMap<>();
            past.from().forEach((partition, from) -> whole.put(partition, new Walk.Stretch(from, until(partition))));
            chosen = beginnings.newestOfEach(subscription.spec().filter(), whole);
        }
        Map<TopicPartition, Walk.Stretch> left = new HashMap<>();
        cursor.ledgers()
                .forEach((partition, ledger) ->
                        left.put(partition, new Walk.Stretch(ledger.readTo(), until(partition))));
        return new Walk(beginnings.clients().reader(), left);
    }

    /**
     * Takes at most one message.
     *
     * @return true if all is read
     */
    boolean step(Duration wait) {
        Walk walking = walk;
        if (walking == null) {
            walking = begin();
            walk = walking;
        }
        ConsumerRecord<byte[], byte[]> next = early != null ? early : walking.next(wait);
        early = null;
        if (next != null) {
            if (isEarly(next)) {
                early = next;
                Pauses.pause(Duration.ofMillis(10));
            } else {
                take(next);
            }
            return false;
        }
        if (!walking.isOver()) {
            return false;
        }
        cursor.ledgers().forEach((partition, ledger) -> ledger.readTo(until(partition)));
        cursor.changed();
        return true;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        Place place = Place.of(record);
        Ledger ledger = cursor.ledger(place.partition());
        if (ledger == null) {
            return;
        }
        FilterSpec spec = subscription.spec();
        if (ledger.owes(record.offset())
                && (!past.newestOfEach() || chosen.contains(place))
                && spec.filter().matches(intake.mapping().topic(record))
                && !(spec.noLocal() && intake.isOwn(record))) {
            intake.take(record, Subscriptions.match(List.of(spec)), cursor, ledger);
        }
        ledger.readTo(record.offset() + 1);
        cursor.changed();
    }

    /** At a speed, distances between messages are kept; they are counted from the first that is read. */
    private boolean isEarly(ConsumerRecord<byte[], byte[]> record) {
        if (past.speed() <= 0
                || !subscription.spec().filter().matches(intake.mapping().topic(record))) {
            return false;
        }
        if (!begun) {
            begun = true;
            firstMillis = record.timestamp();
            beganMillis = time.millis();
        }
        return time.millis() - beganMillis < (record.timestamp() - firstMillis) / past.speed();
    }

    @Override
    public void close() {
        Walk walking = walk;
        if (walking != null) {
            walking.close();
        }
        walk = null;
    }
}
