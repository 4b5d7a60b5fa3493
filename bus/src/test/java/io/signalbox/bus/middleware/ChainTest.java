package io.signalbox.bus.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.Bus;
import io.signalbox.bus.filter.Filter;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChainTest {
    interface Audited {}

    record Greet(String name) implements Command<String>, Audited {}

    record Ping() implements Command<String> {}

    record Greeted(String name) implements Event, Audited {}

    private final List<String> order = new ArrayList<>();

    private CommandMiddleware<Object> naming(String name) {
        return (call, next) -> {
            order.add(name + " before");
            try {
                return next.proceed(call);
            } finally {
                order.add(name + " after");
            }
        };
    }

    @Test
    void theFirstAddedIsTheOutermost() {
        try (Bus bus = Bus.builder()
                .commandMiddleware(naming("a"))
                .commandMiddleware(naming("b"))
                .build()) {
            bus.handle(Greet.class, greet -> {
                order.add("handler");
                return "hello " + greet.name();
            });
            assertThat(bus.execute(new Greet("x")).orElseThrow()).isEqualTo("hello x");
            assertThat(order).containsExactly("a before", "b before", "handler", "b after", "a after");
        }
    }

    @Test
    void aTypedMiddlewareSeesItsTypesAlone() {
        List<Object> audited = new ArrayList<>();
        try (Bus bus = Bus.builder()
                .callerRuns()
                .commandMiddleware(Audited.class, (call, next) -> {
                    audited.add(call.command());
                    return next.proceed(call);
                })
                .eventMiddleware(Audited.class, (call, next) -> {
                    audited.add(call.event());
                    next.proceed(call);
                })
                .build()) {
            bus.handle(Greet.class, greet -> "hello");
            bus.handle(Ping.class, ping -> "pong");
            bus.subscribe(Greeted.class, greeted -> {});
            bus.execute(new Greet("x"));
            bus.execute(new Ping());
            bus.publish(new Greeted("x"));
            assertThat(audited).containsExactly(new Greet("x"), new Greeted("x"));
        }
    }

    @Test
    void aMiddlewareMayChangeTheMessage() {
        List<String> heard = new ArrayList<>();
        try (Bus bus = Bus.builder()
                .callerRuns()
                .commandMiddleware(Greet.class, (call, next) -> next.proceed(call.withCommand(new Greet("changed"))))
                .eventMiddleware(Greeted.class, (call, next) -> next.proceed(call.withEvent(new Greeted("changed"))))
                .build()) {
            bus.handle(Greet.class, Greet::name);
            bus.subscribe(Greeted.class, greeted -> heard.add(greeted.name()));
            assertThat(bus.execute(new Greet("x")).orElseThrow()).isEqualTo("changed");
            bus.publish(new Greeted("x"));
            assertThat(heard).containsExactly("changed");
        }
    }

    @Test
    void aMiddlewareMayAnswerInTheHandlersPlace() {
        try (Bus bus = Bus.builder()
                .commandMiddleware(Greet.class, (call, next) -> CommandResult.success("cached"))
                .build()) {
            bus.handle(Greet.class, greet -> {
                order.add("handler");
                return "fresh";
            });
            assertThat(bus.execute(new Greet("x")).orElseThrow()).isEqualTo("cached");
            assertThat(order).isEmpty();
        }
    }

    @Test
    void aMiddlewareMayFailAMessage() {
        IllegalStateException thrown = new IllegalStateException("no");
        try (Bus bus = Bus.builder()
                .callerRuns()
                .commandMiddleware((call, next) -> {
                    throw thrown;
                })
                .eventMiddleware((call, next) -> {
                    throw new RejectedMessageException(Reason.INVALID, "bad");
                })
                .errorHandler((envelope, handler, error, attempts) -> {})
                .build()) {
            bus.handle(Greet.class, greet -> "never");
            bus.subscribe(Greeted.class, greeted -> order.add("never"));
            assertThat(bus.execute(new Greet("x"))).isEqualTo(new CommandResult.Failure<>(thrown, 1, null));
            bus.publish(new Greeted("x"));
            assertThat(order).isEmpty();
            assertThat(bus.deadLetters().list())
                    .singleElement()
                    .satisfies(letter -> assertThat(letter.reason()).isEqualTo(Reason.INVALID));
        }
    }

    @Test
    void aFilterKeepsAMessageFromOneHandlerAndNotFromOthers() {
        try (Bus bus = Bus.builder().callerRuns().build()) {
            Filter never = envelope -> false;
            bus.subscribe(Greeted.class, g -> order.add("filtered"), HandlerOptions.DEFAULT.withFilter(never));
            bus.subscribe(Greeted.class, g -> order.add("open"));
            bus.handle(Greet.class, greet -> "hello", HandlerOptions.DEFAULT.withFilter(never));
            bus.publish(new Greeted("x"));
            assertThat(order).containsExactly("open");
            assertThat(bus.execute(new Greet("x")))
                    .isInstanceOfSatisfying(
                            CommandResult.Rejected.class,
                            rejected -> assertThat(rejected.reason()).isEqualTo(Reason.FILTERED));
        }
    }
}
