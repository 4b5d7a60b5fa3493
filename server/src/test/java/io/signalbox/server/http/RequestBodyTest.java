package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.signalbox.error.SignalboxException;
import org.junit.jupiter.api.Test;

class RequestBodyTest {
    private final ByteBudget budget = new ByteBudget(100);

    private static void add(RequestBody body, int bytes) {
        body.add(ByteBufAllocator.DEFAULT, Unpooled.wrappedBuffer(new byte[bytes]));
    }

    @Test
    void aBodyIsWhatCameAndCountsUntilItIsReleased() {
        RequestBody body = new RequestBody(60, budget);
        add(body, 40);
        add(body, 20);
        assertThat(body.take()).hasSize(60);
        assertThat(budget.take(41)).isFalse();
        body.release();
        body.release();
        assertThat(budget.take(100)).isTrue();
        assertThat(budget.take(1)).as("given back once alone").isFalse();
    }

    @Test
    void aBodyIsBoundedForItself() {
        RequestBody body = new RequestBody(60, budget);
        add(body, 60);
        assertThatThrownBy(() -> add(body, 1)).isInstanceOf(HttpProblem.class).hasMessageContaining("60 bytes");
        assertThatThrownBy(() -> body.announce(61)).isInstanceOf(HttpProblem.class);
        body.release();
    }

    @Test
    void allBodiesTogetherAreBoundedAndWhoIsRefusedTakesNothing() {
        RequestBody first = new RequestBody(100, budget);
        RequestBody second = new RequestBody(100, budget);
        add(first, 60);
        add(second, 40);
        assertThatThrownBy(() -> add(second, 1))
                .isInstanceOf(SignalboxException.class)
                .hasMessageContaining("eighth of the heap");
        second.release();
        add(first, 40);
        first.release();
        assertThat(budget.take(100)).isTrue();
    }
}
