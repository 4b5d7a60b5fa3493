package io.signalbox.gateway.amqp.connection;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.gateway.amqp.Frames;
import io.signalbox.gateway.amqp.frame.EncodedValues;
import io.signalbox.gateway.amqp.frame.Performative;
import io.signalbox.gateway.amqp.frame.Performatives;
import java.lang.reflect.Field;
import java.util.HexFormat;
import org.apache.qpid.protonj2.buffer.impl.ProtonByteArrayBufferAllocator;
import org.apache.qpid.protonj2.engine.Engine;
import org.apache.qpid.protonj2.engine.EngineFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the engine makes of a client's window in a session of which so many frames were sent that nobody can wait for them. */
class ClientWindowsTest {
    private Object outgoing = new Object();

    /** Sent up to {@code next}, of which the client has received up to {@code received}. */
    @ParameterizedTest(name = "{0} sent, {1} received, window {2}: {3}")
    @CsvSource({
        "7FFFFFF0, 7FFFFFE0, 00000030, 32",
        "80000010, 7FFFFFF0, 00000030, 16",
        "80000010, 7FFFFFF0, 00000020, 0",
        "80000010, 7FFFFFF0, 00000008, 0",
        "80000010, 7FFFFFF0, FFFFFFFF, 4294967263",
        "80000010, 80000000, 00000030, 32",
        "FFFFFFF0, FFFFFFE0, 00000030, 32",
        "00000010, FFFFFFF0, 00000030, 16",
    })
    void isWhatIsLeftOfIt(String next, String received, String window, long left) throws Exception {
        int nextId = HexFormat.fromHexDigits(next);
        ClientWindows windows = new ClientWindows(nextId);
        Engine engine = EngineFactory.PROTON.createNonSaslEngine();
        engine.pipeline().addFirst("windows", windows);
        engine.outputHandler((buffer, written) -> buffer.close());
        engine.start().openHandler(connection -> connection.open());
        ingest(engine, Frames.AMQP_HEADER);
        ingest(engine, Frames.OPEN);
        engine.connection().sessionOpenHandler(session -> {
            session.open();
            outgoing = field(session, "outgoingWindow");
        });
        ingest(engine, Frames.BEGIN);
        set(outgoing, "nextOutgoingId", nextId);
        byte[] flow = Frames.bytes(Frames.amqp(0, "00 53 13 c0 0d 04 70" + received + "70" + window + "43 43"));
        Performative performative = requireNonNull(Performatives.check(flow, EncodedValues.Inspector.NONE));
        windows.before(performative);
        engine.ingest(ProtonByteArrayBufferAllocator.wrapped(flow));
        assertThat(engine.failureCause()).isNull();
        assertThat((Long) field(outgoing, "remoteIncomingWindow")).isEqualTo(left);
    }

    private static void ingest(Engine engine, String hex) throws Exception {
        engine.ingest(ProtonByteArrayBufferAllocator.wrapped(Frames.bytes(hex)));
    }

    /** The engine shows neither, and sends no 2^31 frames in the time of a test. */
    private static Object field(Object of, String name) {
        try {
            return accessible(of, name).get(of);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static void set(Object of, String name, int value) throws ReflectiveOperationException {
        accessible(of, name).setInt(of, value);
    }

    private static Field accessible(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}
