package io.signalbox.transports.kafka;

import io.signalbox.topic.Topic;
import io.signalbox.transport.PublishCallback;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A publish that waits for its answer, of which it gets one. */
final class Outgoing implements Callback {
    private static final Logger LOG = LoggerFactory.getLogger(Outgoing.class);

    final Topic topic;
    final int bytes;
    final PublishCallback callback;
    final long context;
    final long sinceNanos = System.nanoTime();

    /** Owned by the lock of {@link UnderWay}, and so are the next two. */
    @Nullable
    Outgoing older;

    @Nullable
    Outgoing newer;

    boolean answered;
    /** Set before it is sent. */
    Producers.@Nullable Generation generation;

    private final Publisher publisher;
    private final UnderWay underWay;

    /** Null once it is sent. Only ever compared with the thread that looks, which knows what it wrote itself. */
    private @Nullable Thread sending;

    Outgoing(Publisher publisher, UnderWay underWay, Topic topic, int bytes, PublishCallback callback, long context) {
        this.publisher = publisher;
        this.underWay = underWay;
        this.topic = topic;
        this.bytes = bytes;
        this.callback = callback;
        this.context = context;
    }

    void send(Producers.Generation to, ProducerRecord<byte[], byte[]> record) {
        sending = Thread.currentThread();
        try {
            to.producer().send(record, this);
        } catch (RuntimeException e) {
            failed(e, to);
        } finally {
            sending = null;
        }
    }

    /** What whoever published throws stays here: an Error would end the producer's thread. */
    @Override
    public void onCompletion(@Nullable RecordMetadata at, @Nullable Exception failure) {
        try {
            completed(at, failure);
        } catch (RuntimeException | Error e) {
            LOG.error("a publisher threw at its answer", e);
        }
    }

    private void completed(@Nullable RecordMetadata at, @Nullable Exception failure) {
        Producers.Generation by = generation;
        if (failure == null && at != null) {
            if (underWay.written(this)) {
                publisher.written(this, at);
            }
        } else if (by != null) {
            failed(failure, by);
        }
    }

    /** Some failures are both called back and thrown, one after the other and by one thread. */
    private void failed(@Nullable Exception failure, Producers.Generation by) {
        boolean unsent = Thread.currentThread() == sending;
        if (by.isOver()) { // it is answered with the others of that producer, in its turn
            if (!unsent) {
                by.stop();
            }
            return;
        }
        if (unsent || Publisher.isFinal(failure)) {
            if (underWay.refused(this)) {
                publisher.refuse(this, failure);
            }
            return;
        }
        switch (underWay.lost(this)) {
            case NONE -> {}
            case ALONE -> {
                try {
                    publisher.refuse(this, failure);
                } finally {
                    underWay.leave(this);
                }
            }
            case WITH_OTHERS -> publisher.giveUp(by, failure);
        }
    }
}
