package io.signalbox.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Match;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ShareGroupTest {
    private static final FilterSpec SPEC = FilterSpec.of(TopicFilter.ofCanonical("a"), Guarantee.AT_LEAST_ONCE);

    private final ShareGroup group = new ShareGroup("g", SPEC.filter());
    private final Recipient giver = new Online(1);
    private final Recipient leaving = new Online(2);
    private final Recipient staying = new Online(3);

    @Test
    void whoLeftSinceItWasPickedIsReplaced() {
        group.put(giver, SPEC);
        group.put(leaving, SPEC);
        ShareGroup.Member picked = Objects.requireNonNull(group.pick(giver));
        group.put(staying, SPEC);
        assertThat(group.orAnother(picked, giver)).isEqualTo(picked);
        group.remove(leaving);
        for (int i = 0; i < 4; i++) {
            assertThat(group.orAnother(picked, giver).recipient()).isEqualTo(staying);
        }
        group.remove(staying);
        assertThat(group.orAnother(picked, giver).recipient()).isEqualTo(giver);
        group.remove(giver);
        assertThat(group.orAnother(picked, giver)).isEqualTo(picked);
    }

    private record Online(long id) implements Recipient {
        @Override
        public boolean durable() {
            return true;
        }

        @Override
        public boolean online() {
            return true;
        }

        @Override
        public boolean refuses(int messages, long payloadBytes) {
            return false;
        }

        @Override
        public void offer(
                TopicEntry topic,
                Message message,
                Match match,
                long position,
                long sequence,
                boolean logged,
                @Nullable ShareGroup group) {
            throw new AssertionError("nothing is offered here");
        }
    }
}
