package io.signalbox.transports.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.testkit.RandomMessages;
import io.signalbox.topic.Topic;
import io.signalbox.transport.StoredMessage;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveLineTest {
    private static StoredMessage decode(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return ArchiveLine.decode(bytes, bytes.length);
    }

    @Test
    void aLineIsWhatPeopleAndToolsExpect() {
        Message message = Message.to(Topic.ofMqtt("orders/1"))
                .payload("{\"total\":7}")
                .properties(MessageProperties.builder().id("id-1").from("shop").build())
                .build();
        String line = new String(
                ArchiveLine.encode(new StoredMessage(7, 1_767_225_600_123L, message)), StandardCharsets.UTF_8);
        assertThat(line)
                .isEqualTo("{\"sequence\":7,\"time\":\"2026-01-01T00:00:00.123Z\",\"topic\":\"orders/1\","
                        + "\"fields\":{\"sb-id\":\"id-1\",\"sb-from\":\"shop\"},\"payload\":\"{\\\"total\\\":7}\"}\n");
    }

    @Test
    void bytesThatAreNoTextAreBase64() {
        Message message = Message.to(Topic.ofMqtt("a"))
                .payload(new byte[] {(byte) 0xff, 0})
                .build();
        assertThat(new String(ArchiveLine.encode(new StoredMessage(1, 0, message)), StandardCharsets.UTF_8))
                .contains("\"payloadBase64\":\"/wA=\"");
    }

    @Test
    void everyMessageComesBackWhole() {
        RandomMessages random = new RandomMessages(20_261_126L);
        for (int i = 0; i < 5_000; i++) {
            Message message = random.next();
            byte[] line = ArchiveLine.encode(new StoredMessage(i, 1_000L + i, message));
            assertThat(line).containsOnlyOnce('\n');
            StoredMessage stored = ArchiveLine.decode(line, line.length - 1);
            assertThat(stored.sequence()).isEqualTo(i);
            assertThat(stored.timeMillis()).isEqualTo(1_000L + i);
            RandomMessages.assertSame(stored.message(), message, "message " + i);
        }
    }

    @Test
    void aLineThatSomebodyWroteByHandIsReadToo() {
        StoredMessage stored = decode("{\"payload\":\"x\",\"unknown\":{\"a\":[1]},\"topic\":\"a/b\"}");
        assertThat(stored.message().topic().text()).isEqualTo("a/b");
        assertThat(stored.message().payloadText()).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"topic\":\"a/#\"}",
                "{\"topic\":\"a\",\"time\":\"yesterday\"}",
                "{\"topic\":\"a\",\"sequence\":\"x\"}",
                "{\"topic\":\"a\",\"payloadBase64\":\"?\"}",
                "{\"topic\":\"a\",\"fields\":[]}",
                "{\"topic\":\"a\",\"fields\":{\"sb-priority\":\"99\"}}"
            })
    void whatIsNoMessageIsRefusedAndNothingElseIsThrown(String line) {
        assertThatThrownBy(() -> decode(line)).isInstanceOf(SignalboxException.class);
    }
}
