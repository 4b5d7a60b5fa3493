package io.signalbox.client.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Refusal;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SpoolRecordTest {
    private static final SpoolId ID = new SpoolId(1, -2);

    private static final Message MESSAGE = Message.to(Topic.ofMqtt("a/b"))
            .payload(new byte[] {0, 1, (byte) 0xFF})
            .guarantee(Guarantee.EXACTLY_ONCE)
            .retain(true)
            .priority(9)
            .timestampMillis(123)
            .ttlMillis(456)
            .properties(MessageProperties.builder()
                    .from("me")
                    .correlation(new byte[] {(byte) 0xC3, 0x28})
                    .header("n", "1")
                    .header("n", "2")
                    .build())
            .build();

    @Test
    void aMessageComesBackWholeWithItsKey() throws IOException {
        Message back = SpoolRecord.decode(SpoolRecord.encode(MESSAGE, ID), 17);
        assertThat(back.payload()).isEqualTo(MESSAGE.payload());
        assertThat(back.topic()).isEqualTo(MESSAGE.topic());
        assertThat(back.guarantee()).as("the key makes it once").isEqualTo(Guarantee.AT_LEAST_ONCE);
        assertThat(back.retain()).isTrue();
        assertThat(back.priority()).isEqualTo(9);
        assertThat(back.timestampMillis()).isEqualTo(123);
        assertThat(back.ttlMillis()).isEqualTo(456);
        assertThat(back.properties())
                .isEqualTo(MESSAGE.properties().toBuilder()
                        .idempotencyKey(ID.key(17))
                        .build());
    }

    @Test
    void aKeyIsTheSpoolsIdAndTheSequence() {
        assertThat(ID.key(42)).isEqualTo("AAAAAAAAAAH__________g:42");
        assertThat(SpoolId.random()).isNotEqualTo(SpoolId.random());
    }

    @Test
    void whatIsCutOffAnywhereIsNoOtherMessage() {
        byte[] record = SpoolRecord.encode(MESSAGE, ID);
        int payloadAt = record.length - MESSAGE.payload().length;
        for (int length = 0; length < payloadAt; length++) {
            byte[] cut = Arrays.copyOf(record, length);
            assertThatThrownBy(() -> SpoolRecord.decode(cut, 1)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aRefusedMessageComesBackWithItsReason() throws IOException {
        Message keyed = SpoolRecord.keyed(MESSAGE, ID, 17);
        RefusedMessage refused =
                new RefusedMessage(17, keyed, new Refusal(ReasonCode.NOT_AUTHORIZED, "not for “you”"), 789);
        RefusedMessage back = RefusedRecord.decode(RefusedRecord.encode(refused), 17);
        assertThat(back.refusal()).isEqualTo(refused.refusal());
        assertThat(back.refusedAtMillis()).isEqualTo(789);
        assertThat(back.message().properties()).isEqualTo(keyed.properties());
    }
}
