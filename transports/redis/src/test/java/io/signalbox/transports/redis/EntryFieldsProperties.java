package io.signalbox.transports.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.message.Message;
import io.signalbox.testkit.RandomMessages;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fields give the message back, whole; the seed is the test's argument. */
final class EntryFieldsProperties {
    private static final int CASES = 5_000;

    @ParameterizedTest
    @ValueSource(longs = {3, 44, 20_261_128})
    void everyMessageComesBack(long seed) {
        RandomMessages messages = new RandomMessages(seed);
        for (int i = 0; i < CASES; i++) {
            Message message = messages.next();
            List<byte[]> fields = EntryFields.of(message, i % 2 == 0 ? "publisher" : null);
            EntryFields.Content back = EntryFields.read(fields);
            RandomMessages.assertSame(back.message, message, "seed " + seed + ", case " + i);
            assertThat(back.publisher).isEqualTo(i % 2 == 0 ? "publisher" : null);
            List<byte[]> unpacked = EntryFields.unpack(ByteBuffer.wrap(EntryFields.pack(fields)));
            assertThat(unpacked).hasSameSizeAs(fields);
            for (int f = 0; f < fields.size(); f++) {
                assertThat(unpacked.get(f)).isEqualTo(fields.get(f));
            }
        }
    }

    @Test
    void aPackThatIsCutOffIsRefused() {
        Message message = new RandomMessages(7).next();
        byte[] whole = EntryFields.pack(EntryFields.of(message, null));
        for (int length = 0; length < 4; length++) {
            ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> EntryFields.unpack(cut)).isInstanceOf(BufferUnderflowException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-0", "1767225600123-0", "1767225600123-7", "1767225600124-0", "8796093022207-1048575"})
    void aSequenceIsAnId(String text) {
        StreamId id = StreamId.of(text);
        assertThat(StreamId.ofSequence(id.sequence())).isEqualTo(id).hasToString(text);
    }

    @Test
    void sequencesAscendAsTheIdsDo() {
        List<Long> sequences = List.of("5-1048575", "6-0", "6-1", "7-0").stream()
                .map(text -> StreamId.of(text).sequence())
                .toList();
        assertThat(sequences).isSorted().doesNotHaveDuplicates();
    }
}
