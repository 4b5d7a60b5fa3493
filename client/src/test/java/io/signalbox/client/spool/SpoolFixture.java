package io.signalbox.client.spool;

import io.signalbox.client.connection.Link;
import io.signalbox.client.connection.LinkEvents;
import io.signalbox.client.connection.LinkLoss;
import io.signalbox.client.fake.FakeServer;
import io.signalbox.client.lane.Lane;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.topic.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A spool in a folder of its own, and a server that the test plays. */
abstract class SpoolFixture {
    @TempDir
    Path directory;

    final ManualTimeSource time = new ManualTimeSource();
    final FakeServer server = new FakeServer().up();
    final List<RefusedMessage> told = new CopyOnWriteArrayList<>();
    final Lane lane = new Lane();
    final List<Spool> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Spool::close);
        lane.close(Duration.ofSeconds(5));
    }

    SpoolConfig config() {
        return SpoolConfig.in(directory.resolve("spool"));
    }

    Spool open(SpoolConfig config) throws IOException {
        Spool spool = Spool.open(config, time, lane, told::add);
        opened.add(spool);
        return spool;
    }

    static Message message(Object payload) {
        return Message.to(Topic.ofMqtt("a/b")).payload(payload.toString()).build();
    }

    static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    static Throwable failure(CompletionStage<?> stage) {
        try {
            join(stage);
        } catch (CompletionException e) {
            return e.getCause() == null ? e : e.getCause();
        }
        throw new AssertionError("it did not fail");
    }

    /** A connection straight to the server, whose end the spool is told at once. */
    Link connect(Spool spool) {
        Link link = server.open(new LinkEvents() {
                    @Override
                    public void arrived(Message message, long sequence, Settling settling) {
                        throw new AssertionError("nothing is delivered here");
                    }

                    @Override
                    public void lost(LinkLoss loss) {
                        spool.drain().linkDown();
                    }
                })
                .toCompletableFuture()
                .join();
        spool.drain().linkUp(link);
        return link;
    }

    static List<String> numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
    }
}
