package io.signalbox.transports.composite.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.message.Message;
import io.signalbox.testkit.RandomMessages;
import io.signalbox.topic.Topic;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SpoolRecordTest {
    @Test
    void aMessageComesBackWhole() throws IOException {
        RandomMessages random = new RandomMessages(20_261_126L);
        for (int i = 0; i < 5_000; i++) {
            Message message = random.next();
            RandomMessages.assertSame(SpoolRecord.decode(SpoolRecord.encode(message)), message, "message " + i);
        }
    }

    @Test
    void aRecordThatIsCutInItsFieldsIsRefused() {
        Message message = Message.to(Topic.ofMqtt("a/b")).timestampMillis(7).build();
        byte[] record = SpoolRecord.encode(message);
        for (int length = 0; length < record.length; length++) {
            byte[] cut = Arrays.copyOf(record, length);
            assertThatThrownBy(() -> SpoolRecord.decode(cut)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aFieldThatAnnouncesMoreThanThereIsAllocatesNothing() {
        byte[] record = {1, 0, 0, 0, 1, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff};
        assertThatThrownBy(() -> SpoolRecord.decode(record)).hasMessageContaining("2147483647 bytes");
    }

    @Test
    void anotherVersionIsRefusedByItsNumber() {
        assertThatThrownBy(() -> SpoolRecord.decode(new byte[] {9})).hasMessageContaining("version 9");
        assertThat(SpoolRecord.encode(Message.to(Topic.ofMqtt("a")).build())[0]).isEqualTo((byte) 1);
    }
}
