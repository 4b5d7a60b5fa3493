package io.signalbox.transports.kafka;

import io.signalbox.testkit.net.ReservedPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.TopicPartitionInfo;
import org.awaitility.Awaitility;

/** Several Kafka servers that are one cluster, each in a process and a folder of its own, on free ports of loopback. */
final class KafkaCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int ANSWER_MILLIS = 5_000;

    private final List<Integer> ports = new ArrayList<>();
    private final List<Path> folders = new ArrayList<>();
    /** By the number of the node, from 1. */
    private final Map<Integer, Process> running = new TreeMap<>();

    private final Admin admin;

    KafkaCluster(int nodes) {
        try {
            List<Integer> controllers = new ArrayList<>();
            for (int i = 0; i < nodes; i++) {
                ports.add(ReservedPort.next());
                controllers.add(ReservedPort.next());
            }
            String voters = IntStream.rangeClosed(1, nodes)
                    .mapToObj(node -> node + "@127.0.0.1:" + controllers.get(node - 1))
                    .collect(Collectors.joining(","));
            for (int node = 1; node <= nodes; node++) {
                Path folder = KafkaBroker.newFolder();
                folders.add(folder);
                String clients = "PLAINTEXT://127.0.0.1:" + ports.get(node - 1);
                Files.writeString(
                        folder.resolve("server.properties"),
                        ServerProperties.of(
                                node,
                                voters,
                                clients + ",CONTROLLER://127.0.0.1:" + controllers.get(node - 1),
                                clients,
                                folder.resolve("data"),
                                nodes));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int node = 1; node <= nodes; node++) {
            running.put(node, KafkaBroker.run(folders.get(node - 1)));
        }
        admin = new Clients(KafkaConfig.of(bootstrap())).admin();
        awaitNodes();
    }

    /** Of all, whether they are there or not. */
    String bootstrap() {
        return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    /** Until those that run are known to each other. */
    private void awaitNodes() {
        Awaitility.await("Kafka, see " + folders)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    try {
                        return admin.describeCluster(new DescribeClusterOptions().timeoutMs(ANSWER_MILLIS))
                                        .nodes()
                                        .get()
                                        .size()
                                == running.size();
                    } catch (ExecutionException e) {
                        return false;
                    }
                });
    }

    private List<TopicPartitionInfo> partitions(String kafkaTopic) throws Exception {
        return Objects.requireNonNull(
                        admin.describeTopics(List.of(kafkaTopic), new DescribeTopicsOptions().timeoutMs(ANSWER_MILLIS))
                                .topicNameValues()
                                .get(kafkaTopic))
                .get()
                .partitions();
    }

    /** The number of the node that leads the first partition. */
    int leader(String kafkaTopic) throws Exception {
        return partitions(kafkaTopic).getFirst().leader().id();
    }

    /** Until every partition has as many replicas in sync. */
    void awaitInSync(String kafkaTopic, int replicas) {
        Awaitility.await("replicas of " + kafkaTopic)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(() -> partitions(kafkaTopic).stream()
                        .allMatch(partition -> partition.isr().size() == replicas));
    }

    /** SIGKILL. */
    void kill(int node) {
        Process process = running.remove(node);
        if (process != null) {
            KafkaBroker.kill(process);
        }
    }

    /** Those that were killed, on what is in their folders. */
    void startAll() {
        for (int node = 1; node <= folders.size(); node++) {
            if (!running.containsKey(node)) {
                running.put(node, KafkaBroker.run(folders.get(node - 1)));
            }
        }
        awaitNodes();
    }

    Admin admin() {
        return admin;
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
        List.copyOf(running.keySet()).forEach(this::kill);
        folders.forEach(KafkaBroker::delete);
    }
}
