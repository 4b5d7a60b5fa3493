package io.signalbox.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SettledBufferTest {
    @Test
    void aRecordOfWhatEndedHasABound() {
        List<long[]> told = new ArrayList<>();
        SessionNotes notes = (SessionNotes) Proxy.newProxyInstance(
                SessionNotes.class.getClassLoader(), new Class<?>[] {SessionNotes.class}, (proxy, method, args) -> {
                    assertThat(method.getName()).isEqualTo("settled");
                    told.add((long[]) args[1]);
                    return null;
                });
        SettledBuffer settled = new SettledBuffer();
        int count = 2 * SettledBuffer.POSITIONS_EACH + 1;
        LongStream.range(0, count).forEach(settled::add);
        settled.flush(notes, 1);
        settled.flush(notes, 1);
        assertThat(told)
                .extracting(positions -> positions.length)
                .containsExactly(SettledBuffer.POSITIONS_EACH, SettledBuffer.POSITIONS_EACH, 1);
        assertThat(told.stream().flatMapToLong(LongStream::of))
                .containsExactlyElementsOf(LongStream.range(0, count).boxed().toList());
    }
}
