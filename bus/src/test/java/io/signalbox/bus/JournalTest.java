package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.ledger.Journal;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class JournalTest {
    record Ask(String text) implements Command<String> {}

    record Told(String text) implements Event {}

    private final ManualScheduler scheduler = new ManualScheduler();
    private final List<String> lines = new ArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();

    private final class Lines implements Journal {
        @Override
        public void published(Envelope<?> event, PublishResult answer) {
            lines.add("published " + event.id() + " by " + event.causationId().orElse("nobody") + ": "
                    + answer.getClass().getSimpleName());
        }

        @Override
        public void sent(Envelope<?> command) {
            lines.add("sent " + command.id());
        }

        @Override
        public void answered(Envelope<?> command, CommandResult<?> result) {
            lines.add("answered " + command.id() + ": " + result.getClass().getSimpleName());
        }
    }

    private Bus bus() {
        return Bus.builder()
                .scheduler(scheduler)
                .journal(new Lines())
                .ids(now -> "id" + ids.incrementAndGet())
                .build();
    }

    @Test
    void hearsOfEverythingThatIsSentWithIdsOfTheGivenKindAndCauses() {
        Bus bus = bus();
        bus.publish(new Told("to nobody"));
        bus.execute(new Ask("nobody"));
        bus.subscribe(Told.class, told -> {});
        bus.handle(Ask.class, ask -> {
            bus.publish(new Told(ask.text()));
            return "yes";
        });
        bus.execute(new Ask("somebody"));
        bus.executeAsync(new Ask("later"));
        scheduler.run();
        bus.close();
        bus.publish(new Told("too late"));
        assertThat(lines)
                .containsExactly(
                        "published id1 by nobody: NoSubscribers",
                        "sent id2",
                        "answered id2: Rejected",
                        "sent id3",
                        "published id4 by id3: Accepted",
                        "answered id3: Success",
                        "sent id5",
                        "published id6 by id5: Accepted",
                        "answered id5: Success",
                        "published id7 by nobody: Refused");
        assertThat(bus.ledger().event(Told.class).refused()).containsEntry(Reason.CLOSED, 1L);
    }

    @Test
    void deadLettersHaveIdsOfTheGivenKind() {
        Bus bus = bus();
        bus.subscribe(Told.class, told -> {
            throw new IllegalStateException("no");
        });
        bus.publish(new Told("once"));
        scheduler.run();
        assertThat(bus.deadLetters().list())
                .singleElement()
                .satisfies(letter -> assertThat(letter.id()).isEqualTo("id2"));
        bus.close();
    }
}
