package io.signalbox.transports.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.signalbox.transports.connection.Connector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is connected together: one line for publishing, so that waiting for replicas holds up nobody else; one for
 * everything else, shared by all as Lettuce pipelines what many threads send; one that listens. When one breaks, all are
 * made anew.
 */
final class Link {
    /** A keyword that Lettuce has no name for. */
    private enum Word implements ProtocolKeyword {
        WAITAOF;

        @Override
        public byte[] getBytes() {
            return name().getBytes(StandardCharsets.US_ASCII);
        }
    }

    private static final long CLOSE_SECONDS = 2;

    private final Id id;
    private final Keys keys;
    private final StatefulRedisConnection<String, byte[]> publishing;
    private final StatefulRedisConnection<String, byte[]> working;
    private final StatefulRedisPubSubConnection<String, byte[]> listening;
    private final Map<Script, String> digests;
    private final ServerFacts facts;
    private final Connector.Lost lost;

    /**
     * One of all links that an instance has had.
     *
     * @param number ascends; what an earlier one still carries is refused
     */
    record Id(String node, long number) {}

    Link(
            Id id,
            Keys keys,
            StatefulRedisConnection<String, byte[]> publishing,
            StatefulRedisConnection<String, byte[]> working,
            StatefulRedisPubSubConnection<String, byte[]> listening,
            Map<Script, String> digests,
            ServerFacts facts,
            Connector.Lost lost) {
        this.id = id;
        this.keys = keys;
        this.publishing = publishing;
        this.working = working;
        this.listening = listening;
        this.digests = Map.copyOf(digests);
        this.facts = facts;
        this.lost = lost;
        publishing.setAutoFlushCommands(false);
    }

    ServerFacts facts() {
        return facts;
    }

    /** The answers of a batch: the script's, and how many replicas confirm it. */
    record Confirmed(RedisFuture<byte[]> answer, @Nullable RedisFuture<Long> replicas) {}

    /** Sends script and confirmation together. By one thread alone. */
    Confirmed publish(Arguments arguments, int replicas, Duration wait) {
        RedisFuture<byte[]> answer =
                publishing.async().evalsha(digest(Script.PUBLISH), ScriptOutputType.VALUE, keys(), values(arguments));
        RedisFuture<Long> confirmed = confirm(replicas, wait.toMillis());
        publishing.flushCommands();
        return new Confirmed(answer, confirmed);
    }

    private @Nullable RedisFuture<Long> confirm(int replicas, long waitMillis) {
        return switch (facts.confirm(replicas)) {
            case ANSWER -> null;
            case REPLICAS -> publishing.async().waitForReplication(replicas, waitMillis);
            case DISKS ->
                publishing
                        .async()
                        .dispatch(
                                Word.WAITAOF,
                                new Confirmations(publishing.getCodec()),
                                new CommandArgs<>(publishing.getCodec())
                                        .add(1)
                                        .add(replicas)
                                        .add(waitMillis));
        };
    }

    /** WAITAOF answers with two numbers: whether the server's own disk has it, and how many replicas' disks. */
    private static final class Confirmations extends IntegerOutput<String, byte[]> {
        private boolean local;
        private boolean first = true;

        private Confirmations(io.lettuce.core.codec.RedisCodec<String, byte[]> codec) {
            super(codec);
        }

        @Override
        public void multi(int count) {}

        @Override
        public void set(long number) {
            if (first) {
                first = false;
                local = number > 0;
            } else {
                super.set(local ? number : -1);
            }
        }
    }

    /** The publishing line, for what must stand behind the publishes before it. */
    RedisFuture<List<Object>> changesAfter(String id, int limit) {
        RedisFuture<List<Object>> answer = publishing
                .async()
                .dispatch(
                        CommandType.XRANGE,
                        new NestedMultiOutput<>(publishing.getCodec()),
                        new CommandArgs<>(publishing.getCodec())
                                .addKey(keys.changes())
                                .add("(" + id)
                                .add("+")
                                .add("COUNT")
                                .add(limit));
        publishing.flushCommands();
        return answer;
    }

    RedisFuture<List<Object>> routes() {
        RedisFuture<List<Object>> answer = publishing
                .async()
                .evalsha(digest(Script.ROUTES), ScriptOutputType.MULTI, keys(), values(new Arguments()));
        publishing.flushCommands();
        return answer;
    }

    /** Runs a script. */
    RedisFuture<List<Object>> run(Script script, Arguments arguments) {
        return working.async().evalsha(digest(script), ScriptOutputType.MULTI, keys(), values(arguments));
    }

    /** Is the listening line alive? It would not be heard of otherwise. */
    RedisFuture<String> ping() {
        return listening.async().ping();
    }

    private String digest(Script script) {
        return java.util.Objects.requireNonNull(digests.get(script), script.name());
    }

    private String[] keys() {
        return new String[] {keys.prefix(), keys.link(id.node())};
    }

    private byte[][] values(Arguments arguments) {
        return arguments.arrayWith(id.number());
    }

    /** It does not answer as it should: it is closed, and made anew. */
    void fail(Throwable cause) {
        lost.because(cause);
    }

    void close() throws Exception {
        CompletableFuture.allOf(publishing.closeAsync(), working.closeAsync(), listening.closeAsync())
                .get(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
