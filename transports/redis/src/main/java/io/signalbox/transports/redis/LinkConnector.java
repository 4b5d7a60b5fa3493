package io.signalbox.transports.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.signalbox.transports.connection.Connector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes links. The client library's own reconnecting is off: it would send again what a script has done already, and
 * does not know what was missed meanwhile.
 */
final class LinkConnector implements Connector<Link>, AutoCloseable {
    /**
     * Of what is kept under the prefix, in {@code layout}. A version finds what is left by one of the same layout or of an
     * earlier one. 1, which was not written down: what an owner holds is pending in its queue's group. 2: it is what the
     * queue has up to the group's last delivered id.
     */
    static final int LAYOUT = 2;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private final RedisConfig config;
    private final Keys keys;
    private final String node;
    private final RedisPubSubListener<String, byte[]> listener;
    private final ServerClock time;
    private long links; // of the supervisor's thread
    private final Consumer<@Nullable Link> changed;
    private final ClientResources resources;
    private final RedisClient client;

    /**
     * @param time told the server's at every connection
     * @param changed told of a new link, and of null when it is gone
     */
    LinkConnector(
            RedisConfig config,
            Keys keys,
            String node,
            RedisPubSubListener<String, byte[]> listener,
            ServerClock time,
            Consumer<@Nullable Link> changed) {
        this.config = config;
        this.keys = keys;
        this.node = node;
        this.listener = listener;
        this.time = time;
        this.changed = changed;
        resources = DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .build();
        RedisURI uri = RedisURI.create(config.uri());
        uri.setTimeout(CONNECT_LIMIT);
        uri.setClientName("signalbox-" + config.prefix());
        client = RedisClient.create(resources, uri);
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .protocolVersion(ProtocolVersion.RESP2)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build()) // who waits says how long
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT_LIMIT)
                        .keepAlive(true)
                        .tcpNoDelay(true)
                        .build())
                .build());
    }

    @Override
    public Link connect(Lost lost) throws Exception {
        List<StatefulConnection<String, byte[]>> opened = new ArrayList<>();
        try {
            StatefulRedisConnection<String, byte[]> working = client.connect(CODEC);
            opened.add(working);
            StatefulRedisConnection<String, byte[]> publishing = client.connect(CODEC);
            opened.add(publishing);
            StatefulRedisPubSubConnection<String, byte[]> listening = client.connectPubSub(CODEC);
            opened.add(listening);
            opened.forEach(connection -> connection.addListener(new End(lost)));
            ServerFacts facts = facts(working);
            if (facts.isTooOld()) {
                throw new IllegalStateException(
                        "Redis " + facts.version() + " is too old; this transport needs 7.0 or newer");
            }
            Map<Script, String> digests = new EnumMap<>(Script.class);
            for (Script script : Script.values()) {
                digests.put(script, working.sync().scriptLoad(script.text()));
            }
            time.serverSays(millis(working.sync().time()));
            listening.addListener(listener);
            listening.sync().subscribe(keys.to(node), keys.news());
            Link.Id id = new Link.Id(node, ++links);
            use(working, digests, id);
            return new Link(id, keys, publishing, working, listening, digests, facts, lost);
        } catch (Exception e) {
            opened.forEach(StatefulConnection::closeAsync);
            throw e;
        }
    }

    /** What earlier ones still carry is refused from now on. */
    private void use(StatefulRedisConnection<String, byte[]> working, Map<Script, String> digests, Link.Id id) {
        Object later = working.sync()
                .evalsha(
                        Objects.requireNonNull(digests.get(Script.LINK)),
                        ScriptOutputType.VALUE,
                        new String[] {keys.prefix()},
                        new Arguments()
                                .add(id.node())
                                .add(id.number())
                                .add(LAYOUT)
                                .array());
        if (!Reply.text(later).isEmpty()) {
            throw new IllegalStateException("what is under the prefix '" + config.prefix() + "' has the layout "
                    + Reply.text(later) + ", and this version knows " + LAYOUT
                    + ": a later version has used it, whose messages this one would not find; use that version, or"
                    + " another prefix");
        }
    }

    /** @param answer of TIME: seconds, and the microseconds of the second */
    private static long millis(List<byte[]> answer) {
        return 1_000 * Reply.number(answer.get(0)) + Reply.number(answer.get(1)) / 1_000;
    }

    private static ServerFacts facts(StatefulRedisConnection<String, byte[]> line) {
        String fsync;
        try {
            fsync = line.sync().configGet("appendfsync").get("appendfsync");
        } catch (RedisCommandExecutionException forbidden) {
            fsync = null;
        }
        return ServerFacts.of(line.sync().info(), fsync);
    }

    /** Of one of the lines, which is the end of the link. */
    private record End(Lost lost) implements RedisConnectionStateListener {
        @Override
        public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
            lost.because(new java.io.IOException("the connection to Redis has ended"));
        }
    }

    @Override
    public void up(Link link) {
        changed.accept(link);
    }

    @Override
    public void down(Link link, Throwable cause) {
        changed.accept(null);
    }

    @Override
    public void disconnect(Link link) throws Exception {
        link.close();
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
