package io.signalbox.broker.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.signalbox.broker.DeadLetter;
import io.signalbox.broker.DeadLetter.Death;
import io.signalbox.broker.DeadLetter.DeathReason;
import io.signalbox.broker.DeadLetters.Query;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.testkit.contract.Theme;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** What a dead letter remembers, and where it goes when it is sent again. */
class DeadLettersTest extends Theme {
    @Override
    protected TransportFixture newFixture() {
        return new EmbeddedFixture();
    }

    private EmbeddedBroker broker() {
        return (EmbeddedBroker) transport;
    }

    private DeadLetter onlyLetter() {
        eventually(() -> broker().deadLetters().count() == 1);
        return broker().deadLetters().list(Query.all(10)).getFirst();
    }

    @Test
    void itTellsWhenTheFirstFailureWas() throws Exception {
        TestClient client = open(
                        SessionOptions.durableSession("s"),
                        d -> new Settlement.Modified(Duration.ofSeconds(10), "attempt " + d.deliveryCount()))
                .subscribe("a");
        publish("a", "poison");
        advanceUntil(Duration.ofSeconds(1), () -> broker().deadLetters().count() == 1);
        DeadLetter letter = onlyLetter();
        assertThat(letter.deaths()).hasSize(1);
        Death death = letter.deaths().getFirst();
        assertThat(death.reason()).isEqualTo(DeathReason.DELIVERY_LIMIT);
        assertThat(death.count()).isEqualTo(4);
        assertThat(death.error()).isEqualTo("attempt 3");
        assertThat(death.lastMillis() - death.firstMillis()).isGreaterThanOrEqualTo(30_000);
        client.flush();
    }

    @Test
    void itRemembersItsEarlierDeaths() throws Exception {
        AtomicBoolean reject = new AtomicBoolean(true);
        open(
                        SessionOptions.durableSession("s"),
                        d -> reject.get()
                                ? new Settlement.Rejected("bad")
                                : new Settlement.Modified(Duration.ofSeconds(1), "failed"))
                .subscribe("a");
        publish("a", "poison");
        DeadLetter first = onlyLetter();
        await(broker().deadLetters().redrive(Query.byId(first.id()), null, 0, n -> {}));
        DeadLetter second = onlyLetter();
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(second.deaths())
                .extracting(Death::reason, Death::count)
                .containsExactly(tuple(DeathReason.REJECTED, 2));
        assertThat(second.deaths().getFirst().firstMillis())
                .isEqualTo(first.deaths().getFirst().firstMillis());
        reject.set(false);
        await(broker().deadLetters().redrive(Query.byId(second.id()), null, 0, n -> {}));
        advanceUntil(Duration.ofSeconds(1), () -> broker().deadLetters().count() == 1);
        List<Death> deaths = onlyLetter().deaths();
        assertThat(deaths)
                .extracting(Death::reason, Death::count)
                .containsExactly(tuple(DeathReason.REJECTED, 2), tuple(DeathReason.DELIVERY_LIMIT, 4));
        crashAndOpen();
        assertThat(onlyLetter().deaths()).isEqualTo(deaths);
    }

    @Test
    void itGoesBackToTheSessionThatCouldNotTakeIt() {
        AtomicBoolean reject = new AtomicBoolean(true);
        TestClient other = client("other", "a");
        TestClient client = open(
                        SessionOptions.durableSession("s"),
                        d -> reject.get() ? new Settlement.Rejected("bad") : Settlement.ACCEPTED)
                .subscribe("a");
        publish("a", "poison");
        DeadLetter letter = onlyLetter();
        reject.set(false);
        await(broker().deadLetters().redrive(Query.byId(letter.id()), null, 0, n -> {}));
        client.received().awaitPayloads("poison", "poison");
        other.fence();
        assertThat(deliveredTo(other)).containsExactly("poison");
        assertThat(broker().ledger().mismatches()).isEmpty();
    }

    @Test
    void whatWentBackToItsSessionOutlivesACrash() throws Exception {
        open(SessionOptions.durableSession("s"), d -> new Settlement.Rejected("bad"))
                .subscribe("a")
                .received();
        publish("a", "poison");
        DeadLetter letter = onlyLetter();
        TestClient away = open(SessionOptions.durableSession("s"), SettleBehaviour.MANUAL);
        away.detach();
        await(broker().deadLetters().redrive(Query.byId(letter.id()), null, 0, n -> {}));
        crashAndOpen();
        durable("s").received().awaitPayloads("poison");
        assertThat(broker().deadLetters().count()).isZero();
    }

    @Test
    void whoseSessionIsGoneGoesToItsTopic() {
        TestClient gone = open(SessionOptions.durableSession("gone"), d -> new Settlement.Rejected("bad"))
                .subscribe("a");
        publish("a", "poison");
        DeadLetter letter = onlyLetter();
        await(gone.session().remove());
        TestClient other = client("other", "a");
        await(broker().deadLetters().redrive(Query.byId(letter.id()), null, 0, n -> {}));
        other.received().awaitPayloads("poison");
    }

    @Test
    void anEditedCopyIsAMessageOfItsOwn() {
        AtomicBoolean reject = new AtomicBoolean(true);
        TestClient client = open(
                        SessionOptions.durableSession("s"),
                        d -> reject.get() ? new Settlement.Rejected("bad") : Settlement.ACCEPTED)
                .subscribe("a");
        publish(to("a").payload("poison")
                .properties(MessageProperties.builder().id("original").build())
                .build());
        DeadLetter letter = onlyLetter();
        reject.set(false);
        await(broker().deadLetters()
                .replace(
                        letter.id(),
                        letter.message().toBuilder().payload("mended").build()));
        client.received().awaitPayloads("poison", "mended");
        MessageProperties mended =
                client.received().deliveries().getLast().message().properties();
        assertThat(mended.id()).isNotEqualTo("original");
        assertThat(mended.causationId()).isEqualTo("original");
    }

    @Test
    void anUnknownOneFailsTheStage() {
        Assertions.assertThatThrownBy(() -> await(broker().deadLetters().redrive(Query.byId(77), null, 0, n -> {})))
                .isInstanceOfSatisfying(
                        SignalboxException.class,
                        e -> assertThat(e.reason()).isEqualTo(ReasonCode.DEAD_LETTER_NOT_FOUND));
        assertThat(broker().deadLetters().redrive(Query.byId(77), null, 0, n -> {}))
                .isNotNull();
    }
}
