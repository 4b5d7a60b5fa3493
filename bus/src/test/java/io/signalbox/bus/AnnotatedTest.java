package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.bus.filter.Filter;
import io.signalbox.bus.handler.Batch;
import io.signalbox.bus.handler.CommandHandler;
import io.signalbox.bus.handler.EventHandler;
import io.signalbox.bus.handler.QueryHandler;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Query;
import io.signalbox.bus.query.Gather;
import io.signalbox.bus.registry.DuplicateHandlerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnnotatedTest {
    record Add(int a, int b) implements Command<Integer> {}

    record Clear() implements Command<@Nullable Void> {}

    record Added(int sum) implements Event {}

    record Total() implements Query<Integer> {}

    static final class Large implements Filter {
        @Override
        public boolean accepts(Envelope<?> envelope) {
            return envelope.message() instanceof Added added && added.sum() > 100;
        }
    }

    static class Calculator {
        final List<String> heard = new ArrayList<>();
        private int total;

        @CommandHandler
        int add(Add add) {
            total += add.a() + add.b();
            return total;
        }

        @CommandHandler
        private void clear(Clear clear) {
            total = 0;
        }

        @EventHandler(priority = 1)
        void first(Added added) {
            heard.add("first " + added.sum());
        }

        @EventHandler
        private void second(Event event) {
            heard.add("second " + event);
        }

        @EventHandler(filter = Large.class, when = "message.sum < 1000")
        void large(Added added) {
            heard.add("large " + added.sum());
        }

        @EventHandler(batchSize = 2)
        void many(Batch<Added> batch) {
            heard.add("many " + batch.size());
        }

        @QueryHandler
        Integer total(Total question) {
            return total;
        }
    }

    private final Bus bus = Bus.builder().callerRuns().build();

    @AfterEach
    void close() {
        bus.close();
    }

    @Test
    void everyAnnotatedMethodIsAHandler() {
        Calculator calculator = new Calculator();
        var registration = bus.register(calculator);
        assertThat(bus.execute(new Add(1, 2)).orElseThrow()).isEqualTo(3);
        assertThat(bus.gather(new Total(), Gather.all(Duration.ofSeconds(5))).answers())
                .containsExactly(3);
        assertThat(bus.execute(new Clear())).isEqualTo(new CommandResult.Success<>(null));
        assertThat(bus.execute(new Add(1, 1)).orElseThrow()).isEqualTo(2);

        bus.publish(new Added(5));
        bus.publish(new Added(500));
        bus.publish(new Added(5000));
        assertThat(calculator.heard.getFirst()).isEqualTo("first 5");
        assertThat(calculator.heard)
                .contains("second Added[sum=5]", "large 500", "many 2")
                .doesNotContain("large 5", "large 5000");

        registration.close();
        assertThat(bus.execute(new Add(1, 2)).isSuccess()).isFalse();
        assertThat(bus.status().registeredHandlers()).isZero();
    }

    @Test
    void whatItThrowsComesOutAsItIs() {
        class Failing {
            @CommandHandler
            int add(Add add) throws Exception {
                throw new java.io.IOException("disk");
            }
        }
        bus.register(new Failing());
        assertThat(bus.execute(new Add(1, 2)))
                .isInstanceOfSatisfying(
                        CommandResult.Failure.class,
                        failure -> assertThat(failure.error()).isExactlyInstanceOf(java.io.IOException.class));
    }

    @Test
    void theNameOfAHandlerIsItsMethod() {
        bus.register(new Calculator());
        assertThatThrownBy(() -> bus.handle(Add.class, add -> 0))
                .isInstanceOf(DuplicateHandlerException.class)
                .hasMessageContaining("Calculator.add(Add)")
                .hasMessageContaining("AnnotatedTest");
    }

    @Test
    void ifOneIsADuplicateNoneIsRegistered() {
        bus.handle(Clear.class, clear -> {
            throw new IllegalStateException("not called");
        });
        assertThatThrownBy(() -> bus.register(new Calculator())).isInstanceOf(DuplicateHandlerException.class);
        assertThat(bus.status().registeredHandlers()).isEqualTo(1);
    }

    @Test
    void wrongSignaturesAreNamedAllAtOnce() {
        class Wrong {
            @CommandHandler
            int two(Add add, String other) {
                return 0;
            }

            @CommandHandler
            int noCommand(String text) {
                return 0;
            }
        }
        assertThatThrownBy(() -> bus.register(new Wrong()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two(")
                .hasMessageContaining("exactly one parameter")
                .hasMessageContaining("noCommand(")
                .hasMessageContaining("java.lang.String, which is no Command");
        assertThatThrownBy(() -> bus.register("nothing annotated"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.String has no method annotated");
    }

    @Test
    void amillionObjectsOfOneClassShareItsGeneratedClasses() {
        Class<?> first = functionOf(new Calculator());
        Class<?> second = functionOf(new Calculator());
        assertThat(first).isSameAs(second);
    }

    private static Class<?> functionOf(Object target) {
        return io.signalbox.bus.annotated.AnnotatedHandlers.of(target).stream()
                .filter(entry -> entry.name().equals("Calculator.add(Add)"))
                .map(entry -> ((io.signalbox.bus.registry.HandlerEntry.OfCommand) entry)
                        .function()
                        .getClass())
                .findFirst()
                .orElseThrow();
    }
}
