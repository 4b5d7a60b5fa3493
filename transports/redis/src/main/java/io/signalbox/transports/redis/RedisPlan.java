package io.signalbox.transports.redis;

import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.ServerAnswer;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A configured Redis that is not open. What it promises depends on how the server is set up. */
record RedisPlan(RedisConfig config) implements TransportPlan {
    private static final Logger LOG = LoggerFactory.getLogger(RedisPlan.class);

    /** Those of {@link RedisTransport}, as its test says. */
    private static final Feature[] FEATURES = {
        Feature.SUBSCRIBE,
        Feature.DURABLE_SESSIONS,
        Feature.WILDCARDS,
        Feature.SHARE_GROUPS,
        Feature.ORDERED,
        Feature.RETAINED,
        Feature.REPLAY,
        Feature.EXPIRY,
        Feature.DELAYED_REDELIVERY,
        Feature.DEAD_LETTERS,
        Feature.REFUSAL_WHEN_FULL,
        Feature.DEDUPLICATION,
        Feature.REQUEST_REPLY
    };

    @Override
    public String endpoint() {
        return config.address();
    }

    @Override
    public boolean hasServer() {
        return true;
    }

    @Override
    public ServerAnswer probe(Duration timeout) {
        long began = System.nanoTime();
        ServerFacts facts = FactFinder.ask(config, timeout);
        return new ServerAnswer("Redis " + facts.version(), Duration.ofNanos(System.nanoTime() - began));
    }

    @Override
    public Promise promise(Map<String, Promise> parts, Duration timeout) {
        ServerFacts facts = facts(timeout);
        int replicas = config.publish().replicas();
        Durability least = facts == null ? Durability.ROUTED : facts.durability(replicas);
        Durability most = facts != null ? least : replicas > 0 ? Durability.REPLICATED : Durability.SYNCED;
        return Promise.between(
                Capabilities.of(least, config.payloadBytesMax(), FEATURES), most, RedisGuarantees.of(config, facts));
    }

    private @Nullable ServerFacts facts(Duration timeout) {
        if (timeout.isZero()) {
            return null;
        }
        try {
            return FactFinder.ask(config, timeout);
        } catch (RuntimeException e) {
            LOG.debug("Redis at {} was asked how it is set up", config.address(), e);
            return null;
        }
    }

    @Override
    public Transport open(Surroundings surroundings) {
        return RedisTransport.open(config.withWhenAbsent(surroundings.whenAbsent()), surroundings.time());
    }
}
