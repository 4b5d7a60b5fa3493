package io.signalbox.systemtests.crash;

import io.signalbox.systemtests.process.BrokerProcess;
import io.signalbox.systemtests.process.MosquittoProcess;
import io.signalbox.systemtests.process.ServerProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Many publishers that lose their connection every second and come back, each with messages of QoS 0,
 * 1 and 2 in turn on one topic, and subscribers that stay or come and go: per publisher, topic and QoS
 * everything must arrive in order, QoS 1 without loss and QoS 2 exactly once.
 *
 * <pre>./test ordering [--messages 10000000] [--publishers 50] [--connection-millis 1000] [--broker mosquitto]</pre>
 */
final class OrderHarness {
    private static final int PAYLOAD_BYTES = 64;

    /**
     * @param connections that the publishers made in all
     * @param duplicates that QoS 1 allows, or that are listed
     * @param findings what must not be; empty when all is well
     */
    record Report(long messages, long deliveries, long connections, long duplicates, List<String> findings) {}

    private OrderHarness() {}

    public static void main(String[] arguments) {
        List<String> list = List.of(arguments);
        if (list.contains("--help")) {
            System.out.println(
                    "ordering [--messages 10000000] [--publishers 50] [--connection-millis 1000] [--broker mosquitto]");
            return;
        }
        try (BrokerProcess broker = list.contains("mosquitto")
                ? MosquittoProcess.create()
                : ServerProcess.with().build()) {
            broker.start();
            Report report = run(
                    broker,
                    number(list, "--messages", 10_000_000),
                    number(list, "--publishers", 50),
                    number(list, "--connection-millis", 1_000));
            System.out.println(report);
            System.exit(report.findings().isEmpty() ? 0 : 1);
        }
    }

    private static int number(List<String> arguments, String name, int otherwise) {
        int at = arguments.indexOf(name);
        return at < 0 ? otherwise : Integer.parseInt(arguments.get(at + 1));
    }

    /** Needs a started broker, and leaves one. */
    static Report run(BrokerProcess broker, int messages, int publishers, int connectionMillis) {
        Workload load = new Workload();
        List<List<Stream>> streams = new ArrayList<>();
        for (int number = 1; number <= publishers; number++) {
            String topic = "order/" + number;
            streams.add(
                    List.of(load.stream(topic, 0, false), load.stream(topic, 1, false), load.stream(topic, 2, false)));
        }
        load.run.brokerIsUp(broker.mqttPort());
        try {
            load.subscriber("steady", "order/#", 2, 0, stream -> true);
            load.subscriber("flapping", "order/+", 2, 20_000, stream -> true);
            load.awaitSubscribed();
            for (int number = 1; number <= publishers; number++) {
                load.publisher(
                        "publisher-" + number,
                        streams.get(number - 1),
                        PAYLOAD_BYTES,
                        TimeUnit.MILLISECONDS.toNanos(connectionMillis),
                        Pace.unlimited());
            }
            for (long left = messages - load.run.acknowledgedCount();
                    left > 0;
                    left = messages - load.run.acknowledgedCount()) {
                load.awaitAcknowledgements(Math.min(left, 1_000));
            }
            load.drain();
        } finally {
            load.end();
        }
        return new Report(
                load.run.acknowledgedCount(),
                load.delivered(),
                load.run.connections(),
                load.duplicates(),
                load.findings());
    }
}
