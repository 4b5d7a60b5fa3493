package io.signalbox.systemtests.sdk;

import io.signalbox.client.ClientConfig;
import io.signalbox.client.SignalboxClient;
import io.signalbox.client.spool.Publication;
import io.signalbox.client.spool.SpoolConfig;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An application in a process of its own, to be killed; or it does so itself, in the middle of what it does. */
final class SpoolingProcess {
    static final String TOPIC = "sdk/spooled";
    static final String SPOOLED = "spooled";
    static final String DRAINED = "drained";

    private static final int SIGKILL = 9;

    private SpoolingProcess() {}

    /**
     * Port of MQTT, folder of the spool, how many messages to publish, how many are pending when it kills itself: then
     * waits until there are no more than that, or none.
     */
    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[2]);
        int killAt = Integer.parseInt(arguments[3]);
        ClientConfig config = ClientConfig.to("mqtt://127.0.0.1:" + arguments[0])
                .clientId("spooling")
                .spool(SpoolConfig.in(Path.of(arguments[1])))
                .build();
        SignalboxClient client = SignalboxClient.open(config);
        Topic topic = Topic.ofMqtt(TOPIC);
        Publication last = null;
        for (int i = 0; i < count; i++) {
            last = client.publish(Message.to(topic).payload(Integer.toString(i)).build());
        }
        if (last != null) {
            var unused = last.spooled().toCompletableFuture().get(5, TimeUnit.MINUTES);
        }
        System.out.println(SPOOLED + " " + client.pending());
        while (client.pending() > killAt) {
            LockSupport.parkNanos(1_000_000);
        }
        if (killAt > 0) {
            kill();
        }
        System.out.println(DRAINED);
        client.close();
    }

    /** SIGKILL, whatever the other threads are at. Somebody else's may come when all is done. */
    private static void kill() {
        Linker linker = Linker.nativeLinker();
        try {
            int unused = (int) linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("raise"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                    .invokeExact(SIGKILL);
        } catch (Throwable e) {
            throw new IllegalStateException("raise(SIGKILL)", e);
        }
    }
}
