package io.signalbox.transports.kafka;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Properties;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/** Kafka in a process of its own: a broker and controller in one (KRaft), on the folder that its properties name. */
final class BrokerMain {
    private static final String CLUSTER = "signalboxTestClusterAA";

    private BrokerMain() {}

    /** @param args the properties file */
    public static void main(String[] args) throws Exception {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(Path.of(args[0]))) {
            properties.load(in);
        }
        if (!Files.exists(Path.of(properties.getProperty("log.dirs"), "meta.properties"))) {
            // All servers of a cluster must have one id, and those of the tests are never in two.
            String[] format = {"format", "-t", CLUSTER, "-c", args[0]};
            int failed = kafka.tools.StorageTool.execute(format, System.out);
            if (failed != 0) {
                throw new IllegalStateException("formatting ended with " + failed);
            }
        }
        KafkaRaftServer server = new KafkaRaftServer(new kafka.server.KafkaConfig(properties), Time.SYSTEM);
        ProcessHandle.current().parent().ifPresent(tests -> tests.onExit().thenRun(() -> abandoned(Path.of(args[0]))));
        server.startup();
        server.awaitShutdown();
    }

    /** The tests were killed, and nobody else will clear this away. */
    private static void abandoned(Path properties) {
        try {
            KafkaBroker.delete(Objects.requireNonNull(properties.getParent()));
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }
}
