package io.signalbox.systemtests.bus;

import io.signalbox.bus.Bus;
import io.signalbox.bus.Session;
import io.signalbox.bus.context.CurrentMessage;
import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.bus.middleware.RejectedMessageException;
import io.signalbox.bus.retry.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The handlers that the contract talks to, on the same bus, on another, or in another process. */
final class FarSide {
    private final Bus bus;
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();

    private FarSide(Bus bus) {
        this.bus = bus;
    }

    static void install(Bus bus) {
        FarSide side = new FarSide(bus);
        side.commands();
        side.events();
        side.sessions();
        side.deadLetters();
        bus.answer(Wire.PriceOf.class, query -> query.item().length());
        bus.answer(Wire.PriceOf.class, query -> 10 * query.item().length());
    }

    private void commands() {
        bus.handle(Wire.Describe.class, FarSide::describe);
        bus.handle(Wire.Fail.class, command -> {
            throw new IllegalStateException(command.text());
        });
        bus.handle(Wire.Refuse.class, command -> {
            throw new RejectedMessageException(
                    Reason.RATE_LIMITED, "enough", Duration.ofSeconds(command.retryAfterSeconds()));
        });
        bus.handle(Wire.Hang.class, command -> {
            seen.add(command.name() + " began");
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException wanted) {
                seen.add(command.name() + " interrupted");
                throw wanted;
            }
            return "never";
        });
        bus.handle(Wire.WhoSentThis.class, command -> sender(CurrentMessage.envelope()));
        bus.handle(Wire.CountTo.class, command -> {
            for (int i = 0; i < command.count(); i++) {
                bus.publish(new Wire.Counted(i), SendOptions.DEFAULT.withOrderingKey("one"));
            }
            return command.count();
        });
        bus.handle(Wire.Seen.class, command -> List.copyOf(seen));
    }

    private static Wire.Description describe(Wire.Describe command) {
        Map<String, Integer> lengths = new TreeMap<>();
        command.words().forEach(word -> lengths.put(word, word.length()));
        return new Wire.Description(command.words().size(), lengths);
    }

    private static Wire.Sender sender(Envelope<?> envelope) {
        return new Wire.Sender(
                envelope.id(),
                envelope.correlationId(),
                envelope.from().orElse(""),
                envelope.to().orElse(""),
                String.valueOf(envelope.header("region")),
                envelope.orderingKey().orElse(""),
                envelope.session().map(session -> session.id()).orElse(""));
    }

    private void events() {
        bus.subscribe(Wire.Noted.class, noted -> seen.add(noted.text()));
        bus.subscribe(Wire.Moved.class, moved -> seen.add(moved.toString()));
        bus.subscribe(Wire.Fragile.class, fragile -> seen.add("beside " + fragile.text()));
        bus.subscribe(
                Wire.Fragile.class,
                fragile -> {
                    int attempt = attempts.computeIfAbsent(fragile.text(), text -> new AtomicInteger())
                            .incrementAndGet();
                    if (attempt <= fragile.failures()) {
                        throw new IllegalStateException(fragile.text() + " failed " + attempt);
                    }
                    seen.add("handled " + fragile.text());
                },
                HandlerOptions.named("fragile").withRetry(RetryPolicy.immediately(1)));
    }

    private void sessions() {
        bus.handle(Wire.InSession.class, command -> "outside");
        bus.handle(Wire.OpenSession.class, command -> {
            Session session = bus.session(command.id());
            session.handle(Wire.InSession.class, inside -> "inside " + command.id());
            session.subscribe(Wire.Noted.class, noted -> seen.add(command.id() + ": " + noted.text()));
            return command.id();
        });
        bus.handle(Wire.CloseSession.class, command -> {
            bus.findSession(command.id()).ifPresent(Session::close);
            return command.id();
        });
    }

    private void deadLetters() {
        bus.handle(
                Wire.DeadLetters.class,
                command -> bus.deadLetters().list().stream().map(FarSide::text).toList());
        bus.handle(
                Wire.RedriveAll.class,
                command -> bus.deadLetters().redriveAll(letter -> true).join().toString());
    }

    private static String text(DeadLetter letter) {
        return letter.envelope().message() + " " + letter.handler() + " " + letter.attempts() + " "
                + letter.lastDeath().count() + " "
                + String.valueOf(letter.lastDeath().error()).replaceFirst(".*(?=IllegalStateException)", "");
    }
}
