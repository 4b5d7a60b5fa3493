package io.signalbox.gateway.amqp.connection;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.amqp.Frames;
import io.signalbox.gateway.amqp.frame.EncodedValues;
import io.signalbox.gateway.amqp.frame.Performative;
import io.signalbox.gateway.amqp.frame.Performatives;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.HexFormat;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.impl.ProtonByteArrayBufferAllocator;
import org.apache.qpid.protonj2.engine.Engine;
import org.apache.qpid.protonj2.engine.EngineFactory;
import org.apache.qpid.protonj2.engine.OutgoingDelivery;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.engine.Session;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much the engine sends to clients whose windows are small, in sessions that pass the id 2^31 meanwhile. */
class ClientWindowsTest {
    private static final int NEXT_OUTGOING_ID = 1;

    /** More than any of these windows. */
    private static final int CREDIT = 200;

    /** Frames of 512 bytes. */
    private static final String OPEN = Frames.amqp(0, "00 53 10 c0 0a 03 a10163 40 7000000200");

    /** Three frames. */
    private static final int MESSAGE_BYTES = 1_200;

    private final Engine engine = EngineFactory.PROTON.createNonSaslEngine();
    private final ArrayDeque<Consumer> attached = new ArrayDeque<>();
    private ClientWindows windows = new ClientWindows(0);
    private int firstId;
    private int transfers;

    private void start(int first) throws Exception {
        firstId = first;
        windows = new ClientWindows(first);
        engine.pipeline().addFirst("windows", windows);
        engine.outputHandler((buffer, written) -> {
            onOutput(buffer);
            if (written != null) {
                written.run();
            }
        });
        engine.start().openHandler(connection -> connection.open()).sessionOpenHandler(this::onBegin);
        engine.ingest(ProtonByteArrayBufferAllocator.wrapped(Frames.bytes(Frames.AMQP_HEADER)));
        receive(OPEN);
    }

    private void onBegin(Session session) {
        beginAt(firstId, session);
        session.closeHandler(Session::close).senderOpenHandler(link -> {
            link.open();
            attached.add(new Consumer(link));
        });
        session.open();
    }

    /** The engine begins with 0, and has no say in it; 2^31 frames would take longer than a test may. */
    private static void beginAt(int id, Session session) {
        try {
            Object window = accessible(session, "outgoingWindow").get(session);
            accessible(window, "nextOutgoingId").setInt(window, id);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Field accessible(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    private void onOutput(ProtonBuffer buffer) {
        byte[] bytes = new byte[buffer.getReadableBytes()];
        buffer.readBytes(bytes, 0, bytes.length);
        buffer.close();
        if (bytes[0] == 'A') {
            return; // the header
        }
        Performative said = requireNonNull(Performatives.check(bytes, EncodedValues.Inspector.NONE));
        if (said.code() == Performative.TRANSFER) {
            transfers++;
        } else if (said.code() == Performative.BEGIN) {
            assertThat(said.unsignedInt(NEXT_OUTGOING_ID)).isEqualTo(Integer.toUnsignedLong(firstId));
        }
    }

    /** As the connection gives it to the engine. */
    private void receive(String hex) throws Exception {
        byte[] frame = Frames.bytes(hex);
        Performative said = requireNonNull(Performatives.check(frame, EncodedValues.Inspector.NONE));
        if (said.code() == Performative.FLOW) {
            windows.before(said);
        }
        engine.ingest(ProtonByteArrayBufferAllocator.wrapped(frame));
        if (said.code() == Performative.END) {
            windows.ended(said.channel());
        }
        assertThat(engine.failureCause()).isNull();
    }

    /** A client that has begun a session on this channel, and receives on handle 1. */
    private Consumer attach(int channel) throws Exception {
        receive(Frames.amqp(channel, "00 53 11" + Frames.list(4, "40 43 43 52ff")));
        receive(Frames.amqp(channel, "00 53 12 c0 16 07 a10172 5201 41 40 40 005328c00401a10174 00532945"));
        receive(Frames.amqp(
                channel, "00 53 13" + Frames.list(7, number(firstId) + "43 43 52ff 5201 43" + number(CREDIT))));
        Consumer consumer = attached.remove();
        consumer.channel = channel;
        return consumer;
    }

    private static String number(int id) {
        return "70" + HexFormat.of().toHexDigits(id);
    }

    private final class Consumer {
        final Sender link;
        int channel;
        private ProtonBuffer rest = ProtonByteArrayBufferAllocator.wrapped(new byte[0]);
        private @Nullable OutgoingDelivery begun;
        private int messages;

        Consumer(Sender link) {
            this.link = link;
        }

        /** @return how many frames come when it says that it has received so many of them, and has room for so many */
        int takes(int received, int window) throws Exception {
            receive(Frames.amqp(
                    channel, "00 53 13" + Frames.list(4, number(firstId + received) + number(window) + "43 52ff")));
            int before = transfers;
            while (link.isSendable()) {
                OutgoingDelivery delivery = begun;
                if (delivery == null) {
                    delivery = link.next();
                    delivery.setTag(new byte[] {(byte) messages++});
                    delivery.settle();
                    rest = ProtonByteArrayBufferAllocator.wrapped(new byte[MESSAGE_BYTES]);
                }
                delivery.writeBytes(rest);
                begun = rest.isReadable() ? delivery : null;
            }
            return transfers - before;
        }
    }

    /** Each frame before, at and after 2^31 is once the one at which the client says something. */
    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                0x7FFF_FFF0,
                0x7FFF_FFFA,
                0x7FFF_FFFB,
                0x7FFF_FFFC,
                0x7FFF_FFFD,
                0x7FFF_FFFE,
                0x7FFF_FFFF,
                0x8000_0000,
                0xFFFF_FFF0,
                0xFFFF_FFFF
            })
    void noMoreIsOnItsWayThanTheWindowHolds(int first) throws Exception {
        start(first);
        Consumer consumer = attach(0);
        int sent = 0;
        for (int step = 0; step < 40; step++) {
            int underWay = Math.min(sent, step % 4);
            int window = step * 7 % 6;
            int more = consumer.takes(sent - underWay, window);
            assertThat(more)
                    .as("step %d: %d of %d received, room for %d", step, sent - underWay, sent, window)
                    .isEqualTo(Math.max(0, window - underWay));
            sent += more;
        }
        assertThat(sent).isGreaterThan(30);
        assertThat(consumer.takes(sent - 1, -1))
                .as("a window of 2^32 - 1: all that there is credit for")
                .isEqualTo(3 * CREDIT - sent);
    }

    @Test
    void eachSessionHasItsOwn() throws Exception {
        start(0x7FFF_FFFE);
        Consumer far = attach(5);
        Consumer near = attach(3);
        assertThat(far.takes(0, 8)).isEqualTo(8);
        assertThat(near.takes(0, 1)).isEqualTo(1);
        assertThat(near.takes(0, 2)).isEqualTo(1);
        assertThat(far.takes(1, 9)).isEqualTo(2);
        assertThat(near.takes(1, 3)).isEqualTo(2);
    }

    @Test
    void aSessionOnAChannelThatIsUsedAgainBeginsAnew() throws Exception {
        start(0x7FFF_FFFE);
        assertThat(attach(0).takes(0, 8)).isEqualTo(8);
        receive(Frames.END);
        Consumer again = attach(0);
        assertThat(again.takes(0, 1)).isEqualTo(1);
        assertThat(again.takes(0, 4)).isEqualTo(3);
        assertThat(again.takes(0, 5)).isEqualTo(1);
    }
}
