package io.signalbox.benchmarks.compare;

import io.signalbox.benchmarks.compare.Scenario.Setting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How each broker is started on loopback, with a folder of its own and limits off that would drop messages. Their
 * configurations are templates in {@code benchmarks/peers}.
 *
 * @param folder for data and configuration
 * @param port for MQTT
 * @param nativePort for a protocol of its own, if it has one
 */
record Start(Broker broker, Installation places, Path folder, Setting setting, int port, int nativePort) {
    private static final List<String> PEER_HEAP = List.of("-Xms1g", "-Xmx4g");

    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** @return what is to run; helpers come first, the broker last */
    List<ProcessBuilder> commands() throws IOException {
        boolean disk = setting == Setting.DISK;
        Map<String, String> values = Map.of(
                "PORT", Integer.toString(port),
                "NATIVE_PORT", Integer.toString(nativePort),
                "DATA", folder.toString(),
                "PERSISTENCE", Boolean.toString(disk),
                "STORE", disk ? "file" : "in-memory");
        return switch (broker) {
            case SIGNALBOX -> List.of(signalbox());
            case MOSQUITTO ->
                List.of(command(
                        places.program("mosquitto").toString(),
                        "-c",
                        fill("mosquitto.conf", values).toString()));
            case NATS, NATS_CORE ->
                List.of(command(
                        places.program("nats-server").toString(),
                        "-c",
                        fill("nats.conf", values).toString()));
            case RABBITMQ -> rabbitmq(values);
            case ARTEMIS -> List.of(artemis(values));
            case HIVEMQ -> List.of(hivemq(values));
        };
    }

    /** Its defaults, but for the limits that no other broker has either. */
    private ProcessBuilder signalbox() {
        ProcessBuilder builder = command(
                places.root().resolve("signalbox").toString(),
                "server",
                "--data",
                folder.resolve("data").toString(),
                "--set",
                "mqtt.port=" + port,
                "--set",
                "http.port=" + nativePort,
                "--set",
                "mqtt.queue-messages-max=5000000",
                "--set",
                "mqtt.queue-bytes-max=4GiB",
                "--set",
                "mqtt.connect-rate-per-second=1000000",
                "--set",
                "broker.topics-max=5000000");
        builder.environment().put("SIGNALBOX_BUILD", "never");
        return builder;
    }

    /** Not Debian's wrapper, which changes the user, and an epmd of its own, so that no service is met or left. */
    private List<ProcessBuilder> rabbitmq(Map<String, String> values) throws IOException {
        Path config = fill("rabbitmq.conf", values);
        if (placesOverloadDrop()) {
            Files.writeString(config, Files.readString(config) + "mqtt.mailbox_soft_limit = 0\n");
        }
        Path plugins = Files.writeString(folder.resolve("enabled_plugins"), "[rabbitmq_mqtt].\n");
        String epmdPort = Integer.toString(freePort());
        ProcessBuilder server = command("/usr/lib/rabbitmq/bin/rabbitmq-server");
        Map<String, String> environment = server.environment();
        environment.put("HOME", folder.toString());
        environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
        environment.put("ERL_EPMD_PORT", epmdPort);
        environment.put("RABBITMQ_NODENAME", "bench" + port + "@localhost");
        environment.put("RABBITMQ_DIST_PORT", Integer.toString(freePort()));
        environment.put("RABBITMQ_MNESIA_BASE", folder.resolve("mnesia").toString());
        environment.put("RABBITMQ_LOG_BASE", folder.resolve("log").toString());
        environment.put("RABBITMQ_CONFIG_FILE", config.toString());
        environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", plugins.toString());
        environment.put("RABBITMQ_CONF_ENV_FILE", "/dev/null");
        environment.put("RABBITMQ_PID_FILE", folder.resolve("pid").toString());
        environment.put("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}");
        return List.of(command(epmd().toString(), "-address", "127.0.0.1", "-port", epmdPort), server);
    }

    /** RabbitMQ 3.12 brought the key; an older one refuses to start with it. */
    private static boolean placesOverloadDrop() throws IOException {
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/rabbitmq/lib"))) {
            return versions.map(p -> p.getFileName().toString())
                    .filter(name -> name.matches("rabbitmq_server-\\d+\\.\\d+.*"))
                    .map(name -> name.substring(name.indexOf('-') + 1).split("\\."))
                    .anyMatch(v -> Integer.parseInt(v[0]) * 100 + Integer.parseInt(v[1]) >= 312);
        }
    }

    private static Path epmd() throws IOException {
        try (Stream<Path> runtimes = Files.list(Path.of("/usr/lib/erlang"))) {
            return runtimes.filter(p -> p.getFileName().toString().startsWith("erts-"))
                    .map(p -> p.resolve("bin/epmd"))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow(() -> new IOException("no epmd in /usr/lib/erlang/erts-*/bin"));
        }
    }

    private ProcessBuilder artemis(Map<String, String> values) throws IOException {
        Path instance = folder.resolve("instance");
        ProcessBuilder create = command(
                broker.needs(places).toString(),
                "create",
                instance.toString(),
                "--user",
                "bench",
                "--password",
                "bench",
                "--allow-anonymous",
                "--no-web",
                "--no-autotune",
                "--host",
                "127.0.0.1",
                "--silent");
        java(create);
        try {
            int code = create.start().waitFor();
            if (code != 0) {
                throw new IOException("`artemis create` ended with " + code + "; see " + log());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        Files.move(
                fill("artemis.xml", values),
                instance.resolve("etc/broker.xml"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        ProcessBuilder run = command(instance.resolve("bin/artemis").toString(), "run");
        java(run);
        // Its log4j dies on JDK 25 without the first, its Netty is slow without the second.
        run.environment()
                .put(
                        "JAVA_ARGS",
                        String.join(" ", PEER_HEAP)
                                + " -Dlog4j2.disableJmx=true --add-opens java.base/jdk.internal.misc=ALL-UNNAMED");
        return run;
    }

    private static void java(ProcessBuilder builder) {
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    }

    /** It has no distribution in Maven Central: a class starts the embedded one. */
    private ProcessBuilder hivemq(Map<String, String> values) throws IOException {
        Path config = Files.createDirectories(folder.resolve("conf"));
        Files.move(fill("hivemq.xml", values), config.resolve("config.xml"));
        List<String> command = new ArrayList<>(List.of(places.java().toString()));
        command.addAll(PEER_HEAP);
        for (String opened : List.of(
                "java.base/java.lang",
                "java.base/java.nio",
                "java.base/sun.nio.ch",
                "java.base/jdk.internal.misc",
                "jdk.management/com.sun.management.internal")) {
            command.addAll(List.of("--add-opens", opened + "=ALL-UNNAMED"));
        }
        command.addAll(List.of(
                "-cp",
                broker.needs(places) + "/*",
                places.template("hivemq/HiveMqServer.java").toString(),
                config.toString(),
                folder.toString()));
        return command(command.toArray(String[]::new));
    }

    private ProcessBuilder command(String... words) {
        return new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    }

    Path log() {
        return folder.resolve("out.log");
    }

    private Path fill(String template, Map<String, String> values) throws IOException {
        String text = Files.readString(places.template(template));
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("@" + value.getKey() + "@", value.getValue());
        }
        return Files.writeString(folder.resolve(template), text);
    }
}
