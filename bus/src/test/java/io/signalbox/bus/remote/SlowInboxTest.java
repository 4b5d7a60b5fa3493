package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.Bus;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.SendOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An inbox may be a database, and its pool exhausted. */
class SlowInboxTest extends Remote {
    private Duration takes = Duration.ofSeconds(30);

    private final Inbox slow = new Inbox() {
        private final MemoryInbox remembers = new MemoryInbox();

        @Override
        public boolean isHandled(String consumer, String messageId) {
            time.await(new CompletableFuture<Void>(), takes.toNanos());
            return remembers.isHandled(consumer, messageId);
        }

        @Override
        public void handled(String consumer, String messageId) {
            remembers.handled(consumer, messageId);
        }
    };

    @Test
    void anAnswerDoesNotWaitForIt() {
        Bus asking = open(over("a").inbox(slow));
        Bus answering = open("b");
        asking.subscribe(Paid.class, paid -> heard.add(paid.number()));
        answering.handle(StockOf.class, question -> 7);
        answering.publish(new Paid(1));
        CommandResult<Integer> answer =
                asking.execute(new StockOf("x"), SendOptions.DEFAULT.withTimeout(Duration.ofSeconds(10)));
        assertThat(answer.orElseThrow()).isEqualTo(7);
        time.advance(Duration.ofMinutes(1));
        assertThat(heard).containsExactly(1);
    }

    @Test
    void whatItIsAskedAboutKeepsItsOrderAndIsHandledOnce() {
        takes = Duration.ofMillis(7);
        Bus bus = open(over("a").inbox(slow).events(settings -> settings.withConcurrencyMax(1)));
        bus.subscribe(Paid.class, paid -> heard.add(paid.number()));
        IntStream.range(0, 20).forEach(i -> bus.publish(new Paid(i)));
        time.advance(Duration.ofMinutes(1));
        assertThat(heard).isEqualTo(IntStream.range(0, 20).boxed().toList());
        transport.published.stream().limit(5).toList().forEach(again -> transport.publish(again));
        time.advance(Duration.ofMinutes(1));
        assertThat(heard).hasSize(20);
        assertThat(transport.settlements).hasSize(25);
    }
}
