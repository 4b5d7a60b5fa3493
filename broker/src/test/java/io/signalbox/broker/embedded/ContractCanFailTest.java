package io.signalbox.broker.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.signalbox.message.Message;
import io.signalbox.testkit.contract.OrderingContract;
import io.signalbox.testkit.contract.RoutingContract;
import io.signalbox.testkit.contract.SettlementContract;
import io.signalbox.testkit.contract.TransportFixture;
import io.signalbox.transport.Capabilities;
import io.signalbox.transport.Durability;
import io.signalbox.transport.Health;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Match;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.ReadRequest;
import io.signalbox.transport.Receipt;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StoredMessage;
import io.signalbox.transport.Subscriber;
import io.signalbox.transport.Transport;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Transports that break their promises are found out by the contract. */
class ContractCanFailTest {
    @Test
    void aTransportThatLosesMessagesFails() {
        assertThat(failuresOf(Loses.class)).isPositive();
    }

    @Test
    void aTransportThatForgetsToSayRedeliveredFails() {
        assertThat(failuresOf(ForgetsRedelivered.class)).isPositive();
    }

    @Test
    void aTransportThatDeliversTwiceFails() {
        assertThat(failuresOf(DeliversTwice.class)).isPositive();
    }

    @Test
    void theSameContractsPassWhenNothingIsBroken() {
        assertThat(failuresOf(Honest.class)).isZero();
    }

    private static long failuresOf(Class<?> contract) {
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(contract))
                                .build(),
                        summary);
        assertThat(summary.getSummary().getTestsStartedCount()).isPositive();
        return summary.getSummary().getTestsFailedCount();
    }

    static final class Honest extends RoutingContract {
        @Override
        protected TransportFixture newFixture() {
            return new Wrapped(t -> t);
        }
    }

    static final class Loses extends OrderingContract {
        @Override
        protected TransportFixture newFixture() {
            return new Wrapped(Lossy::new);
        }
    }

    static final class ForgetsRedelivered extends SettlementContract {
        @Override
        protected TransportFixture newFixture() {
            return new Wrapped(t -> new Subscribing(t, NeverAgain::new));
        }
    }

    static final class DeliversTwice extends RoutingContract {
        @Override
        protected TransportFixture newFixture() {
            return new Wrapped(t -> new Subscribing(t, Twice::new));
        }
    }

    /** The embedded fixture, its transport wrapped. Short of patience, since failures are expected. */
    private record Wrapped(EmbeddedFixture fixture, UnaryOperator<Transport> wrap) implements TransportFixture {
        Wrapped(UnaryOperator<Transport> wrap) {
            this(new EmbeddedFixture(), wrap);
        }

        @Override
        public Transport open() throws Exception {
            return wrap.apply(fixture.open());
        }

        @Override
        public void advance(Duration step) {
            fixture.advance(step);
        }

        @Override
        public Duration patience() {
            return Duration.ofSeconds(2);
        }

        @Override
        public void close() {
            fixture.close();
        }
    }

    private static class Delegate implements Transport {
        final Transport real;

        Delegate(Transport real) {
            this.real = real;
        }

        @Override
        public String name() {
            return "broken";
        }

        @Override
        public Capabilities capabilities() {
            return real.capabilities();
        }

        @Override
        public Health health() {
            return real.health();
        }

        @Override
        public void publish(Message message, PublishCallback callback, long context) {
            real.publish(message, callback, context);
        }

        @Override
        public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
            return real.open(options, lane, subscriber);
        }

        @Override
        public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
            return real.read(request, visitor);
        }

        @Override
        public void close() {
            real.close();
        }
    }

    /** Acknowledges each tenth message and forgets it. */
    private static final class Lossy extends Delegate {
        private final AtomicInteger count = new AtomicInteger();

        Lossy(Transport real) {
            super(real);
        }

        @Override
        public void publish(Message message, PublishCallback callback, long context) {
            if (count.incrementAndGet() % 10 == 0) {
                callback.published(context, Receipt.Outcome.ROUTED, Durability.SYNCED, 1);
            } else {
                super.publish(message, callback, context);
            }
        }
    }

    private static final class Subscribing extends Delegate {
        private final UnaryOperator<Subscriber> wrap;

        Subscribing(Transport real, UnaryOperator<Subscriber> wrap) {
            super(real);
            this.wrap = wrap;
        }

        @Override
        public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
            return super.open(options, lane, wrap.apply(subscriber));
        }
    }

    private static class Passing implements Subscriber {
        final Subscriber real;

        Passing(Subscriber real) {
            this.real = real;
        }

        @Override
        public void onDelivery(
                int deliveryId,
                Message message,
                Match match,
                int deliveryCount,
                boolean redelivered,
                boolean retained) {
            real.onDelivery(deliveryId, message, match, deliveryCount, redelivered, retained);
        }

        @Override
        public void onReleased(int deliveryId) {
            real.onReleased(deliveryId);
        }

        @Override
        public void onTurnEnd() {
            real.onTurnEnd();
        }

        @Override
        public void onDetached(DetachReason reason) {
            real.onDetached(reason);
        }
    }

    private static final class NeverAgain extends Passing {
        NeverAgain(Subscriber real) {
            super(real);
        }

        @Override
        public void onDelivery(
                int deliveryId,
                Message message,
                Match match,
                int deliveryCount,
                boolean redelivered,
                boolean retained) {
            super.onDelivery(deliveryId, message, match, deliveryCount, false, retained);
        }
    }

    private static final class Twice extends Passing {
        Twice(Subscriber real) {
            super(real);
        }

        @Override
        public void onDelivery(
                int deliveryId,
                Message message,
                Match match,
                int deliveryCount,
                boolean redelivered,
                boolean retained) {
            super.onDelivery(deliveryId, message, match, deliveryCount, redelivered, retained);
            super.onDelivery(0, message, match, deliveryCount, redelivered, retained);
        }
    }
}
