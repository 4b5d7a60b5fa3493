package io.signalbox.testkit.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.message.envelope.MessageFields;
import io.signalbox.testkit.RandomMessages;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both forms of names and values give the message back, whole; the seed is the test's argument. */
class MessageFieldsProperties {
    private static final int CASES = 20_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 42, 20_261_126})
    void aListGivesTheMessageBack(long seed) {
        RandomMessages messages = new RandomMessages(seed);
        for (int i = 0; i < CASES; i++) {
            Message message = messages.next();
            Message back = MessageFields.message(MessageFields.list(message), message.payload());
            RandomMessages.assertSame(back, message, "seed " + seed + ", case " + i);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 43, 20_261_127})
    void aMapInAnyOrderGivesTheMessageBack(long seed) {
        RandomMessages messages = new RandomMessages(seed);
        Random random = new Random(seed);
        int repeats = 0;
        for (int i = 0; i < CASES; i++) {
            Message message = messages.next();
            Map<String, String> fields = MessageFields.map(message);
            assertThat(fields.keySet())
                    .allSatisfy(name -> assertThat(name.getBytes(StandardCharsets.UTF_8).length)
                            .isLessThanOrEqualTo(255));
            repeats += fields.keySet().stream().anyMatch(name -> name.startsWith("sb-at-")) ? 1 : 0;
            Message back = MessageFields.message(shuffled(fields, random), message.payload());
            RandomMessages.assertSame(back, message, "seed " + seed + ", case " + i);
        }
        // The generator must produce repeated names often, or the property says little.
        assertThat(repeats).isGreaterThan(CASES / 20);
    }

    private static Map<String, String> shuffled(Map<String, String> fields, Random random) {
        List<String> names = new ArrayList<>(fields.keySet());
        Collections.shuffle(names, random);
        Map<String, String> shuffled = new LinkedHashMap<>();
        names.forEach(name -> shuffled.put(name, fields.get(name)));
        return shuffled;
    }
}
