package io.signalbox.transports.kafka;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.ServerAnswer;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.WhenAbsent;
import io.signalbox.transports.connection.AwaitedTransport;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A configured Kafka that is not open. What it promises depends on how its Kafka topics are set up. */
record KafkaPlan(KafkaConfig config, Bootstrap bootstrap) implements TransportPlan {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaPlan.class);

    /** Kafka's clients do not wait shorter. */
    private static final Duration ANSWER_WAIT_MIN = Duration.ofSeconds(1);

    @Override
    public String endpoint() {
        return bootstrap.text();
    }

    @Override
    public boolean hasServer() {
        return true;
    }

    @Override
    public ServerAnswer probe(Duration timeout) {
        long began = System.nanoTime();
        String identity = asked(timeout, Cluster::identity);
        return new ServerAnswer(identity, Duration.ofNanos(System.nanoTime() - began));
    }

    @Override
    public Promise promise(Map<String, Promise> parts, Duration timeout) {
        ClusterFacts facts = null;
        boolean asked = false;
        if (!timeout.isZero()) {
            try {
                facts = asked(timeout, cluster -> new FactFinder(config, cluster).ask());
                asked = true;
            } catch (RuntimeException e) {
                LOG.debug("Kafka at {} was asked how it is set up", endpoint(), e);
            }
        }
        return Promise.of(KafkaGuarantees.capabilities(config, facts), KafkaGuarantees.of(config, facts), asked);
    }

    private <T extends @Nullable Object> T asked(Duration timeout, Function<Cluster, T> question) {
        return withKnownHost(() -> {
            Duration wait = timeout.compareTo(ANSWER_WAIT_MIN) < 0 ? ANSWER_WAIT_MIN : timeout;
            try (Cluster cluster = new Cluster(new Clients(config.withAnswerWait(wait)).admin(), wait)) {
                return question.apply(cluster);
            }
        });
    }

    @Override
    public Transport open(Surroundings surroundings) {
        if (surroundings.whenAbsent() == WhenAbsent.FAIL) {
            return open(config.withAbsentWait(config.answerWait()), surroundings.time());
        }
        return AwaitedTransport.open(
                "Kafka at " + endpoint(),
                KafkaGuarantees.capabilities(config, null),
                () -> open(config.withAbsentWait(Duration.ZERO), surroundings.time()));
    }

    private Transport open(KafkaConfig with, TimeSource time) {
        return withKnownHost(() -> KafkaTransport.open(with, time));
    }

    /** What makes Kafka's clients throw something of their own is told as what it is. */
    private <T extends @Nullable Object> T withKnownHost(Making<T> making) {
        if (!bootstrap.isAnyHostKnown()) {
            throw new SignalboxException(ReasonCode.BUSY, "no host of " + endpoint() + " is known");
        }
        try {
            return making.get();
        } catch (KafkaException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new IllegalArgumentException("Kafka's client cannot be made: " + cause.getMessage(), e);
        }
    }

    /** A supplier that may give null. */
    @FunctionalInterface
    private interface Making<T extends @Nullable Object> {
        T get();
    }
}
