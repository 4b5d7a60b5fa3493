package io.signalbox.configuration.hierarchy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.message.MessageProperties;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Refusal;
import io.signalbox.transports.memory.MemoryTransport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The spool keeps a message for as long as it is told that nobody else has it. */
final class RefusedToTest {
    private static final Message MESSAGE = Message.to(Topic.ofMqtt("a"))
            .payload("x")
            .properties(MessageProperties.builder().id("id-1").build())
            .build();
    private static final Refusal REFUSAL = new Refusal(ReasonCode.PAYLOAD_TOO_LARGE, "on purpose");

    private final MemoryTransport target = MemoryTransport.open();
    private final RefusedTo refusedTo = new RefusedTo("x", target);

    @AfterEach
    void close() {
        target.close();
    }

    private void assertNotYet() {
        assertThatThrownBy(() -> refusedTo.add(MESSAGE, REFUSAL))
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.BUSY));
    }

    @Test
    void whileTheAnswerIsAwaitedItIsNotPublishedAgain() {
        target.faults().holdAnswers();
        assertNotYet();
        assertNotYet();
        target.faults().releaseAnswers();
        Awaitility.await()
                .ignoreException(SignalboxException.class)
                .untilAsserted(() -> refusedTo.add(MESSAGE, REFUSAL));
        assertThat(target.capture().publications()).hasSize(1);
    }

    @Test
    void whatIsRefusedThereTooIsTriedAgain() {
        target.faults().down("on purpose");
        assertNotYet();
        assertNotYet();
        target.faults().up();
        Awaitility.await()
                .ignoreException(SignalboxException.class)
                .untilAsserted(() -> refusedTo.add(MESSAGE, REFUSAL));
        assertThat(target.capture().publications())
                .as("two that were refused, and one")
                .hasSize(3);
    }
}
