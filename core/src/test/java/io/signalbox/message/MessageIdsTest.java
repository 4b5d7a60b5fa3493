package io.signalbox.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.topic.Topic;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MessageIdsTest {
    private static final long NOW = 1_767_225_600_123L;

    @Test
    void anIdIsAUuidOfVersionSevenThatTellsItsTime() {
        for (int i = 0; i < 1_000; i++) {
            UUID id = UUID.fromString(MessageIds.next(NOW));
            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).as("RFC 9562, 4.1").isEqualTo(2);
            assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW);
        }
    }

    @Test
    void aMessageThatHasAnIdKeepsIt() {
        Message message = Message.to(Topic.ofMqtt("t"))
                .properties(MessageProperties.builder().id("own").build())
                .build();
        assertThat(MessageIds.identified(message, () -> NOW)).isSameAs(message);
    }

    @Test
    void aMessageThatHasNoneIsGivenOneOfItsOwnTimeOrElseOfNow() {
        Message message = Message.to(Topic.ofMqtt("t")).payload("x").build();
        Message now = MessageIds.identified(message, () -> NOW);
        assertThat(now.timestampMillis()).isEqualTo(NOW);
        assertThat(now.payloadText()).isEqualTo("x");
        Message sent =
                MessageIds.identified(message.toBuilder().timestampMillis(7).build(), () -> NOW);
        assertThat(sent.timestampMillis()).isEqualTo(7);
        assertThat(UUID.fromString(String.valueOf(sent.properties().id())).getMostSignificantBits() >>> 16)
                .isEqualTo(7);
    }

    @Test
    void idsOfLaterMillisecondsSortLater() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            ids.add(MessageIds.next(NOW + i * 37L));
        }
        assertThat(ids).isSorted();
    }

    @Test
    void idsOfOneMillisecondDiffer() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            ids.add(MessageIds.next(NOW));
        }
        assertThat(ids).hasSize(100_000);
    }

    /** A bit that never changes would halve the room without a collision in any test. */
    @Test
    void everyBitBeyondTimeVersionAndVariantIsRandom() {
        long highSeen = 0;
        long lowSeen = 0;
        long highAll = -1;
        long lowAll = -1;
        for (int i = 0; i < 1_000; i++) {
            UUID id = UUID.fromString(MessageIds.next(NOW));
            highSeen |= id.getMostSignificantBits();
            lowSeen |= id.getLeastSignificantBits();
            highAll &= id.getMostSignificantBits();
            lowAll &= id.getLeastSignificantBits();
        }
        assertThat(highSeen & 0xFFF).isEqualTo(0xFFF);
        assertThat(highAll & 0xFFF).isZero();
        assertThat(lowSeen).isEqualTo(0xBFFF_FFFF_FFFF_FFFFL);
        assertThat(lowAll).isEqualTo(0x8000_0000_0000_0000L);
    }
}
