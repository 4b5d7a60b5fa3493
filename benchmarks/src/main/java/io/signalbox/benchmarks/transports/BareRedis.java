package io.signalbox.benchmarks.transports;

import io.lettuce.core.Consumer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/**
 * Lettuce by hand, as its guide has it: XADD pipelined, flushed in groups, into a history that can be replayed and into
 * the queue of the one who is owed the message; XREADGROUP, then XACK and XDEL in groups.
 */
final class BareRedis implements Contender {
    private static final int FLUSH_EVERY = 100;
    private static final XAddArgs HISTORY = XAddArgs.Builder.maxlen(1_000_000).approximateTrimming();
    private static final String GROUP = "group";

    private final RedisClient client;
    private final StatefulRedisConnection<String, byte[]> line;
    private final String stream;

    BareRedis(String uri, String stream) {
        this.stream = stream;
        client = RedisClient.create(uri);
        line = client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
        line.sync().xgroupCreate(XReadArgs.StreamOffset.from(stream, "0"), GROUP, XGroupCreateArgs.Builder.mkstream());
    }

    @Override
    public String name() {
        return "lettuce";
    }

    @Override
    public void publish(int messages, byte[] payload, int window) throws InterruptedException {
        Semaphore free = new Semaphore(window);
        CountDownLatch confirmed = new CountDownLatch(messages);
        byte[] topic = "bench/topic".getBytes(StandardCharsets.UTF_8);
        line.setAutoFlushCommands(false);
        for (int i = 0; i < messages; i++) {
            if (!free.tryAcquire()) {
                line.flushCommands();
                free.acquire();
            }
            Map<String, byte[]> fields = Map.of("sb-topic", topic, "sb-payload", payload);
            line.async().xadd(stream + ".log", HISTORY, fields);
            line.async().xadd(stream, fields).thenAccept(id -> {
                free.release();
                confirmed.countDown();
            });
            if (i % FLUSH_EVERY == 0) {
                line.flushCommands();
            }
        }
        line.flushCommands();
        line.setAutoFlushCommands(true);
        confirmed.await();
    }

    @Override
    public long consume(int messages, int credit) {
        long began = System.nanoTime();
        int received = 0;
        Tally tally = new Tally();
        while (received < messages) {
            List<StreamMessage<String, byte[]>> page = line.sync()
                    .xreadgroup(
                            Consumer.from(GROUP, "one"),
                            XReadArgs.Builder.count(credit),
                            XReadArgs.StreamOffset.lastConsumed(stream));
            String[] ids = new String[page.size()];
            for (int i = 0; i < ids.length; i++) {
                StreamMessage<String, byte[]> message = page.get(i);
                ids[i] = message.getId();
                tally.handle(
                        new String(field(message, "sb-topic"), StandardCharsets.UTF_8), field(message, "sb-payload"));
            }
            line.sync().xack(stream, GROUP, ids);
            line.sync().xdel(stream, ids);
            received += ids.length;
        }
        tally.demand(messages);
        return System.nanoTime() - began;
    }

    private static byte[] field(StreamMessage<String, byte[]> message, String name) {
        return Objects.requireNonNull(message.getBody().get(name), name);
    }

    @Override
    public void close() {
        line.sync().del(stream, stream + ".log");
        client.shutdown();
    }
}
