package io.signalbox.gateway.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.amqp.config.AmqpConfig;
import io.signalbox.gateway.amqp.config.AmqpCounter;
import io.signalbox.gateway.amqp.frame.Performative;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client can make the engine keep, of which the engine itself says nothing. */
class EngineMemoryTest {
    private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();
    private final EmbeddedPeer client = new EmbeddedPeer(AmqpConfig.DEFAULT);

    @AfterEach
    void stop() {
        assertThat(client.counters.value(AmqpCounter.INTERNAL_ERRORS)).isZero();
        client.close();
    }

    private static long heapBytes() {
        MEMORY.gc();
        return MEMORY.getHeapMemoryUsage().getUsed();
    }

    private static List<Performative> only(List<Performative> all, int code) {
        return all.stream().filter(p -> p.code() == code).toList();
    }

    /** A frame of delivery 0 and more, with so many bytes. */
    private static String piece(int bytes) {
        return Frames.amqp(0, "00 53 14 c0 09 06 43 43 a00100 43 42 41", "78".repeat(bytes));
    }

    @Test
    void transfersOnALinkThatWasRefusedEndTheConnection() {
        // the target is a coordinator of transactions
        String coordinator = Frames.amqp(0, "00 53 12 c0 13 0a a1016c 43 42 40 40 00532845 00533045 40 40 43");
        client.send(Frames.AMQP_HEADER, Frames.OPEN, Frames.BEGIN);
        assertThat(only(client.send(coordinator), Performative.DETACH)).hasSize(1);
        client.send(piece(1_000));
        assertThat(client.channel.isOpen()).isFalse();
    }

    @Test
    void emptyFramesWithoutEndAreNotKept() {
        client.send(Frames.AMQP_HEADER, Frames.OPEN, Frames.BEGIN, Frames.ATTACH_SENDER);
        String empty = piece(0).repeat(100);
        client.send(empty);
        long before = heapBytes();
        for (int i = 0; i < 500; i++) {
            client.send(empty);
        }
        assertThat(heapBytes() - before).isLessThan(10L << 20);
        assertThat(client.channel.isOpen()).isTrue();
        List<Performative> answer = client.send(Frames.transfer(0));
        assertThat(only(answer, Performative.DISPOSITION)).hasSize(1);
    }

    @Test
    void messagesWhoseLastFrameIsEmptyAreNotKept() {
        client.send(Frames.AMQP_HEADER, Frames.OPEN, Frames.BEGIN, Frames.ATTACH_SENDER);
        stream(0, 1_000);
        long before = heapBytes();
        stream(1_000, 30_000);
        assertThat(heapBytes() - before).isLessThan(5L << 20);
        assertThat(client.counters.value(AmqpCounter.MESSAGES_IN)).isEqualTo(30_000);
    }

    /** Each in two frames, the second without payload. */
    private void stream(int from, int to) {
        for (int id = from; id < to; id++) {
            String number = "70" + HexFormat.of().toHexDigits(id);
            String first = "00 53 14 c0 0d 06 43" + number + "a00100 43 42 41";
            String last = "00 53 14 c0 0d 06 43" + number + "a00100 43 42 42";
            client.send(Frames.amqp(0, first, "00 53 75 a0 02 6869"), Frames.amqp(0, last));
        }
    }

    @Test
    void aMessageThatMustWaitForTheWindowAtEachFrameEndsTheConnectionInTheEnd() {
        client.send(Frames.AMQP_HEADER, Frames.amqp(0, "00 53 10 c0 0a 03 a10163 40 7000000200"));
        client.send(Frames.amqp(0, "00 53 11 c0 07 04 40 43 5201 52ff"), Frames.ATTACH_SENDER);
        client.send(Frames.ATTACH_RECEIVER, flow(0));
        int frames = 0;
        int messages = 0;
        for (int i = 0; i < 6_000 && client.channel.isOpen(); i++) {
            if (i % 200 == 0) {
                String message = Frames.amqp(
                        0,
                        "00 53 14 c0 0c 05 43 70" + HexFormat.of().toHexDigits(messages++) + "a00100 43 42",
                        "00 53 75 b0 00017000" + "78".repeat(0x17000));
                frames += only(client.send(message), Performative.TRANSFER).size();
            }
            frames += only(client.send(flow(frames)), Performative.TRANSFER).size();
        }
        assertThat(client.channel.isOpen()).isFalse();
        assertThat(client.counters.value(AmqpCounter.ENDED_LIMIT)).isEqualTo(1);
    }

    /** A window of one frame, credit of 100. */
    private static String flow(int nextIncoming) {
        return Frames.amqp(
                0, "00 53 13 c0 10 07 70" + HexFormat.of().toHexDigits(nextIncoming) + "5201 43 52ff 5201 43 5264");
    }
}
