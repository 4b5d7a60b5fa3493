package io.signalbox.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.Capabilities.Feature;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The small types of the contract. */
class TransportTypesTest {
    @Test
    void eachDurabilityHoldsAllBeforeIt() {
        Durability[] levels = Durability.values();
        assertThat(levels)
                .containsExactly(
                        Durability.NONE,
                        Durability.ROUTED,
                        Durability.BUFFERED,
                        Durability.SYNCED,
                        Durability.REPLICATED);
        for (int i = 0; i < levels.length; i++) {
            for (int j = 0; j < levels.length; j++) {
                assertThat(levels[i].atLeast(levels[j])).isEqualTo(i >= j);
            }
        }
    }

    @Test
    void capabilitiesCannotBeChangedFromOutside() {
        Set<Feature> features = EnumSet.of(Feature.REPLAY);
        Capabilities capabilities = new Capabilities(features, Durability.SYNCED, 10);
        features.add(Feature.PRIORITY);
        assertThat(capabilities.has(Feature.REPLAY)).isTrue();
        assertThat(capabilities.has(Feature.PRIORITY)).isFalse();
        assertThat(Capabilities.of(Durability.SYNCED, 10, Feature.REPLAY)).isEqualTo(capabilities);
        assertThat(Capabilities.of(Durability.NONE, 1).features()).isEmpty();
        assertThat(capabilities.exactOutcomes()).isTrue();
        assertThat(capabilities.withExactOutcomes(false).exactOutcomes()).isFalse();
    }

    @Test
    void aSessionIsDurableWhenItOutlivesItsConnection() {
        SessionOptions transientSession = SessionOptions.transientSession("s");
        assertThat(transientSession.durable()).isFalse();
        assertThat(transientSession.cleanStart()).isTrue();
        SessionOptions durable = SessionOptions.durableSession("s");
        assertThat(durable.durable()).isTrue();
        assertThat(durable.cleanStart()).isFalse();
        assertThat(durable.expiry()).isEqualTo(SessionOptions.NEVER);
        assertThat(transientSession.withExpiry(Duration.ofSeconds(1)).durable()).isTrue();
    }

    @Test
    void eachChangeOfOptionsChangesThatAlone() {
        SessionOptions base = SessionOptions.durableSession("s");
        assertThat(base.withUnsettledMax(7))
                .isEqualTo(new SessionOptions(
                        "s",
                        base.principal(),
                        false,
                        SessionOptions.NEVER,
                        10_000,
                        256L << 20,
                        OverflowPolicy.DROP_OLDEST,
                        7,
                        Duration.ZERO));
        SessionOptions queue = base.withQueue(1, 2, OverflowPolicy.SPILL);
        assertThat(queue.queueMessagesMax()).isEqualTo(1);
        assertThat(queue.queueBytesMax()).isEqualTo(2);
        assertThat(queue.overflow()).isEqualTo(OverflowPolicy.SPILL);
        assertThat(queue.withQueue(10_000, 256L << 20, OverflowPolicy.DROP_OLDEST))
                .isEqualTo(base);
        assertThat(base.withAckTimeout(Duration.ofSeconds(9)).ackTimeout()).isEqualTo(Duration.ofSeconds(9));
        assertThat(base.withAckTimeout(Duration.ofSeconds(9)).withAckTimeout(Duration.ZERO))
                .isEqualTo(base);
        assertThat(base.withCleanStart(true).withCleanStart(false)).isEqualTo(base);
        assertThat(base.withCleanStart(true).cleanStart()).isTrue();
    }

    @Test
    void lastNeedsACount() {
        assertThatThrownBy(() -> new StartPosition.Last(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("last=0 must be from 1 to 1000000");
        assertThatThrownBy(() -> new StartPosition.Last(1_000_001)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void plainMatchesAreShared() {
        for (Guarantee guarantee : Guarantee.values()) {
            assertThat(Match.plain(guarantee)).isSameAs(Match.plain(guarantee));
            assertThat(Match.plain(guarantee).guarantee()).isEqualTo(guarantee);
            assertThat(Match.plain(guarantee).subscriptionIds()).isEmpty();
        }
    }

    @Test
    void theStageOfAPublishIsItsCallback() {
        Message message = Message.to(Topic.ofMqtt("a")).build();
        CompletionStage<Receipt> accepted = publishing((callback, context) ->
                        callback.published(context, Receipt.Outcome.DUPLICATE, Durability.SYNCED, 42))
                .publish(message);
        assertThat(accepted).isCompletedWithValue(new Receipt(Receipt.Outcome.DUPLICATE, Durability.SYNCED, 42));
        CompletionStage<Receipt> refused = publishing((callback, context) ->
                        callback.refused(context, new Refusal(ReasonCode.QUEUE_FULL, "the queue of s is full")))
                .publish(message);
        assertThatThrownBy(() -> refused.toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.QUEUE_FULL))
                .hasMessage("the queue of s is full");
    }

    @Test
    void everyReasonHasAStableCodeACauseAndARemedy() {
        assertThat(ReasonCode.values()).allSatisfy(reason -> {
            assertThat(reason.code())
                    .isEqualTo(reason.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
            assertThat(reason.cause()).isNotBlank();
            assertThat(reason.remedy()).isNotBlank();
        });
        assertThat(Arrays.stream(ReasonCode.values()).map(ReasonCode::code)).doesNotHaveDuplicates();
    }

    @Test
    void readingTheLastIsBoundedByItsCount() {
        ReadRequest request = ReadRequest.last(TopicFilter.ofMqtt("a"), 5);
        assertThat(request.limit()).isEqualTo(5);
        assertThat(request.start()).isEqualTo(new StartPosition.Last(5));
    }

    private static Transport publishing(BiConsumer<PublishCallback, Long> answer) {
        return new Transport() {
            @Override
            public String name() {
                return "test";
            }

            @Override
            public Capabilities capabilities() {
                return Capabilities.of(Durability.NONE, 1);
            }

            @Override
            public Health health() {
                return Health.UP;
            }

            @Override
            public void publish(Message message, PublishCallback callback, long context) {
                answer.accept(callback, context);
            }

            @Override
            public CompletionStage<Session> open(SessionOptions options, Lane lane, Subscriber subscriber) {
                throw new UnsupportedOperationException();
            }

            @Override
            public CompletionStage<Long> read(ReadRequest request, Predicate<StoredMessage> visitor) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void optionsOutsideOfTheirRangeAreRefused() {
        SessionOptions options = SessionOptions.durableSession("s");
        for (int credit : new int[] {0, -1, 65_536}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> options.withUnsettledMax(credit))
                    .withMessageContaining(Integer.toString(credit))
                    .withMessageContaining("65535");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> options.withQueue(-1, 1, OverflowPolicy.SPILL));
        assertThatIllegalArgumentException().isThrownBy(() -> options.withQueue(1, -1, OverflowPolicy.SPILL));
        assertThatIllegalArgumentException().isThrownBy(() -> options.withExpiry(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> options.withAckTimeout(Duration.ofMillis(-1)));
        assertThat(options.withUnsettledMax(65_535).unsettledMax()).isEqualTo(65_535);
    }
}
