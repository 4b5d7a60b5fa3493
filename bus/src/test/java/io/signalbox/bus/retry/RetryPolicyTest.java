package io.signalbox.bus.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private final SplittableRandom random = new SplittableRandom(42);

    @Test
    void thePresetDeliveryWaitsOneTwoAndFourSeconds() {
        RetryPolicy policy = RetryPolicy.delivery();
        assertThat(policy.delayNanos(1, random)).isEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(policy.delayNanos(2, random)).isEqualTo(Duration.ofSeconds(2).toNanos());
        assertThat(policy.delayNanos(3, random)).isEqualTo(Duration.ofSeconds(4).toNanos());
        assertThat(policy.retries(3, new IOException())).isTrue();
        assertThat(policy.retries(4, new IOException())).isFalse();
    }

    @Test
    void thePresetBusSpreadsFromATenthOfASecondOn() {
        RetryPolicy policy = RetryPolicy.bus();
        assertThat(policy.maxRetries()).isEqualTo(3);
        for (int i = 0; i < 1_000; i++) {
            assertThat(policy.delayNanos(1, random)).isBetween(50_000_000L, 150_000_000L);
            assertThat(policy.delayNanos(3, random)).isBetween(200_000_000L, 600_000_000L);
        }
    }

    @Test
    void theMaximumHoldsAfterTheJitter() {
        for (RetryPolicy.Jitter jitter : RetryPolicy.Jitter.values()) {
            RetryPolicy policy = RetryPolicy.exponential(100, Duration.ofMillis(100), Duration.ofSeconds(10))
                    .withJitter(jitter);
            for (int attempts = 1; attempts < 100; attempts++) {
                assertThat(policy.delayNanos(attempts, random))
                        .isBetween(0L, Duration.ofSeconds(10).toNanos());
            }
        }
    }

    @Test
    void whatIsNotWorthItIsNotRetried() {
        RetryPolicy policy = RetryPolicy.bus()
                .withRetryOn(error -> error instanceof IOException)
                .withAbortOn(error -> "gone".equals(error.getMessage()));
        assertThat(policy.retries(1, new IOException("busy"))).isTrue();
        assertThat(policy.retries(1, new IOException("gone"))).isFalse();
        assertThat(policy.retries(1, new IllegalStateException())).isFalse();
        assertThat(RetryPolicy.bus().retries(1, new AssertionError())).isFalse();
        assertThat(RetryPolicy.never().retries(1, new IOException())).isFalse();
    }

    @Test
    void valuesOutOfRangeAreNamed() {
        assertThatThrownBy(() -> RetryPolicy.exponential(-1, Duration.ZERO, Duration.ZERO))
                .hasMessageContaining("maxRetries -1");
        assertThatThrownBy(() -> RetryPolicy.exponential(1, Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessageContaining("PT2S");
    }

    @Test
    void aPredicateThatThrowsSaysNoAndIsSeenWithTheError() {
        RuntimeException broken = new UnsupportedOperationException("broken");
        RetryPolicy policy = RetryPolicy.immediately(3).withRetryOn(error -> {
            throw broken;
        });
        Exception error = new IllegalStateException("down");
        assertThat(policy.retries(1, error)).isFalse();
        assertThat(error.getSuppressed()).containsExactly(broken);
    }
}
