package io.signalbox.systemtests.sdk;

import io.signalbox.client.ClientConfig;
import io.signalbox.client.SignalboxClient;
import io.signalbox.client.spool.Publication;
import io.signalbox.client.spool.SpoolConfig;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An application in a process of its own, to be killed. */
final class SpoolingProcess {
    static final String TOPIC = "sdk/spooled";
    static final String SPOOLED = "spooled";
    static final String DRAINED = "drained";

    private SpoolingProcess() {}

    /** Port of MQTT, folder of the spool, how many messages to publish: then waits until all are with the server. */
    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[2]);
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
        while (client.pending() > 0) {
            LockSupport.parkNanos(1_000_000);
        }
        System.out.println(DRAINED);
        client.close();
    }
}
