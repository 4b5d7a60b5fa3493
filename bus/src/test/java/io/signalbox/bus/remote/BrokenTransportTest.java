package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.Bus;
import io.signalbox.bus.Session;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.Meta;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.query.Answers;
import io.signalbox.bus.query.Gather;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.message.MessageKind;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** A transport whose publish throws leaves nobody waiting. */
class BrokenTransportTest extends Remote {
    private void breakFor(Predicate<Message> which) {
        transport.faults.beforePublishing(message -> {
            if (which.test(message)) {
                throw new IllegalStateException("no driver");
            }
        });
    }

    @Test
    void oneThatRefusesTwiceHasRefusedOnce() {
        SentEvent sent = new SentEvent(new Envelope<>(new Paid(1), 0, Meta.NONE), new NoArrivals(), new ComingBack());
        sent.refused(0, new Refusal(ReasonCode.STORAGE_FULL, "no room"));
        assertThat(sent.answer()).isInstanceOf(PublishResult.Refused.class);
        sent.refused(0, new Refusal(ReasonCode.INTERNAL, "and it threw"));
        sent.published(0, Receipt.Outcome.ROUTED, Durability.ROUTED, 0);
        assertThat(sent.answer()).isInstanceOf(PublishResult.Refused.class);
    }

    @Test
    void anEventIsRefusedAndItsSessionDoesNotWaitForIt() {
        Bus bus = open("a");
        Session session = bus.session("job");
        session.subscribe(Paid.class, paid -> heard.add(paid.number()));
        breakFor(message -> true);
        assertThat(session.publish(new Paid(1))).isInstanceOfSatisfying(PublishResult.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Reason.TRANSPORT);
            assertThat(refused.detail()).contains("no driver");
        });
        assertThat(bus.ledger().event(Paid.class).refused()).containsEntry(Reason.TRANSPORT, 1L);
        long before = time.nanoTime();
        assertThat(session.close(Duration.ofSeconds(5))).isZero();
        assertThat(time.nanoTime()).isEqualTo(before);
    }

    @Test
    void aCommandIsRejectedAndNotPending() {
        Bus bus = open("a");
        breakFor(message -> true);
        CompletableFuture<CommandResult<Integer>> answer = bus.executeAsync(new StockOf("x"));
        assertThat(answer)
                .isCompletedWithValueMatching(result -> result instanceof CommandResult.Rejected<Integer> rejected
                        && rejected.reason() == Reason.TRANSPORT);
        assertThat(bus.ledger().command(StockOf.class).pending()).isZero();
    }

    @Test
    void aQueryDoesNotWaitForAnswersThatCannotCome() {
        Bus bus = open("a");
        breakFor(message -> true);
        long before = time.nanoTime();
        Answers<Integer> answers = bus.gather(new WeightOf("x"), Gather.first(Duration.ofMinutes(10)));
        assertThat(answers.answers()).isEmpty();
        assertThat(time.nanoTime()).isEqualTo(before);
    }

    @Test
    void aCommandWhoseAnswerCannotBeSentIsHandledOnce() {
        Bus asking = open("a");
        Bus answering = open("b");
        answering.handle(StockOf.class, question -> {
            heard.add(1);
            return 1;
        });
        breakFor(message -> message.properties().kind() == MessageKind.RESPONSE);
        asking.executeAsync(new StockOf("x"));
        time.run();
        assertThat(transport.settlements).containsExactly(Settlement.ACCEPTED);
        assertThat(heard).containsExactly(1);
    }
}
