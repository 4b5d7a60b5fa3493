package io.signalbox.broker.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.testkit.PublishRecorder;
import org.junit.jupiter.api.Test;

class RetainedLimitTest {
    @Test
    void aRetainedMessageIsReplacedEvenAtTheLimit() throws Exception {
        try (JournalFixture fixture = new JournalFixture()) {
            PublishRecorder answers = new PublishRecorder(JournalFixture.PATIENCE);
            Refusing refusing = new Refusing(fixture.deduplication);
            Batch batch = new Batch(fixture.log, fixture.router, new Waiters(publish -> {}, note -> {}), refusing, 0);
            int sizeBytes = retained("a").sizeBytes();
            PublishAdmission admission = new PublishAdmission(fixture.router, fixture.deduplication, batch, sizeBytes);
            admission.admit(new Publish(retained("a"), null, 0, answers, 1), 1);
            batch.finish();
            admission.admit(new Publish(retained("b"), null, 0, answers, 2), 2);
            batch.finish();
            admission.admit(new Publish(retained("a"), null, 0, answers, 3), 3);
            batch.finish();
            assertThat(answers.refusals()).containsOnlyKeys(2L);
            assertThat(answers.refusal(2)).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
            assertThat(fixture.router.retainedBytes()).isEqualTo(sizeBytes);
        }
    }

    private static Message retained(String topic) {
        return JournalFixture.message(topic).toBuilder().retain(true).build();
    }
}
