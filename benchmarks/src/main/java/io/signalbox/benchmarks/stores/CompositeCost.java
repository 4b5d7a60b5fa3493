package io.signalbox.benchmarks.stores;

import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Transport;
import io.signalbox.transports.composite.CompositeConfig;
import io.signalbox.transports.composite.CompositeTransport;
import io.signalbox.transports.composite.Member;
import io.signalbox.transports.composite.spool.RefusedMessages;
import io.signalbox.transports.composite.spool.SpoolConfig;
import io.signalbox.transports.composite.spool.SpoolingTransport;
import io.signalbox.transports.composite.strategy.Strategy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a strategy, or a spool that is not needed, adds to each publish, over transports that cost nothing: {@code java
 * -cp benchmarks.jar io.signalbox.benchmarks.stores.CompositeCost [messages]}.
 */
public final class CompositeCost {
    private CompositeCost() {}

    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2_000_000;
        Path folder = Files.createTempDirectory("composite-cost");
        Map<String, Transport> transports = new LinkedHashMap<>();
        transports.put("bare", new Sink(true));
        transports.put(
                "spool, not in use",
                new SpoolingTransport(
                        new Sink(true),
                        SpoolConfig.in(folder),
                        RefusedMessages.at((message, refusal) -> {}),
                        TimeSource.monotonic()));
        transports.put("fallback of 2", composite(new Strategy.Fallback(), 2));
        transports.put("split of 3", composite(Strategy.SPLIT_BY_KEY, 3));
        transports.put("all of 2", composite(Strategy.ALL, 2));
        transports.put("quorum of 2 in 3", composite(new Strategy.Quorum(2), 3));
        for (int run = 0; run <= 3; run++) {
            for (Map.Entry<String, Transport> one : transports.entrySet()) {
                System.out.printf(
                        Locale.ROOT,
                        "%s: %s: %,.0f ns a publish%n",
                        run == 0 ? "warm-up" : "run " + run,
                        one.getKey(),
                        (double) publish(one.getValue(), messages) / messages);
            }
        }
        transports.values().forEach(Transport::close);
    }

    private static CompositeTransport composite(Strategy strategy, int size) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            members.add(new Member("m" + i, new Sink(true)));
        }
        return new CompositeTransport(CompositeConfig.of("cost", strategy, members), TimeSource.monotonic());
    }

    private static long publish(Transport transport, int messages) throws InterruptedException {
        Message message = Message.to(Topic.ofMqtt("a/b")).payload(new byte[256]).build();
        Answers answers = new Answers(10_000);
        long began = System.nanoTime();
        for (int i = 0; i < messages; i++) {
            answers.before();
            transport.publish(message, answers, i);
        }
        answers.awaitAll();
        return System.nanoTime() - began;
    }
}
