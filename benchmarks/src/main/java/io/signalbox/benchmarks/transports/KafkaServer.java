package io.signalbox.benchmarks.transports;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/** Kafka, broker and controller in one (KRaft), on a fresh folder. Says {@code ready} when it has started. */
public final class KafkaServer {
    private KafkaServer() {}

    /** @param args the properties file */
    public static void main(String[] args) throws Exception {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(Path.of(args[0]))) {
            properties.load(in);
        }
        String[] format = {"format", "-t", Uuid.randomUuid().toString(), "-c", args[0]};
        int failed = kafka.tools.StorageTool.execute(format, System.out);
        if (failed != 0) {
            throw new IllegalStateException("formatting ended with " + failed);
        }
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
        server.startup();
        System.out.println("ready");
        server.awaitShutdown();
    }
}
