package io.signalbox.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a run does; fixed once it is parsed. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Puts a load on an MQTT 3.1.1 server and measures; the last line is JSON.",
            "Without -r the loop is closed: publishers go as fast as their windows allow. With -r it is open: each"
                    + " message carries the time at which it was due, so that a stall shows in every message it delays."
        })
public final class Plan {
    @Option(names = "-h", paramLabel = "IPV4", defaultValue = "127.0.0.1", description = "Server's address.")
    String host = "127.0.0.1";

    @Option(names = "-p", paramLabel = "PORT", defaultValue = "1883", description = "Server's port.")
    int port;

    @Option(names = "--proto", paramLabel = "mqtt|nats", defaultValue = "mqtt", description = "Protocol to speak.")
    String protocol = "mqtt";

    @Option(names = "--ws", description = "MQTT over WebSocket, at the path /mqtt of the port.")
    boolean webSocket;

    @Option(names = "-m", defaultValue = "fanout", description = "${COMPLETION-CANDIDATES}: who hears whom.")
    Pattern pattern = Pattern.FANOUT;

    @Option(names = "-P", paramLabel = "N", defaultValue = "1", description = "Publishers.")
    int publishers;

    @Option(names = "-S", paramLabel = "N", defaultValue = "1", description = "Subscribers.")
    int subscribers;

    @Option(names = "-T", paramLabel = "N", defaultValue = "0", description = "Topics (0: the pattern's usual number).")
    int topics;

    @Option(names = "-s", paramLabel = "BYTES", defaultValue = "64", description = "Payload, at least 16.")
    int payloadBytes;

    @Option(names = "-q", paramLabel = "0|1", defaultValue = "0", description = "QoS of the publishes.")
    int qos;

    @Option(names = "--sub-qos", paramLabel = "0|1", defaultValue = "-1", description = "QoS asked for (-1: as -q).")
    int subscribedQos;

    @Option(names = "-d", paramLabel = "SECONDS", description = "Measured time (5 unless -n).")
    @Nullable
    Double seconds;

    @Option(names = "-n", paramLabel = "N", defaultValue = "0", description = "Messages in all, instead of a time.")
    long count;

    @Option(names = "-w", paramLabel = "SECONDS", description = "Warm-up before it (1 unless -n).")
    @Nullable
    Double warmUpSeconds;

    @Option(names = "-r", paramLabel = "N", defaultValue = "0", description = "Messages due a second, over all.")
    double ratePerSecond;

    @Option(names = "-W", paramLabel = "N", defaultValue = "100", description = "Unacknowledged ones per publisher.")
    int window;

    @Option(
            names = "-E",
            paramLabel = "N",
            defaultValue = "-1",
            description = "Messages per publisher not yet delivered to all; 0: any number; -1: as -W at QoS 0, else 0.")
    long undelivered;

    @Option(names = "--persistent", description = "Subscribers have persistent sessions, removed at the end.")
    boolean persistent;

    @Option(names = "--offline", description = "The same, and they are away while -n messages are published.")
    boolean offline;

    @Option(
            names = "--retained",
            description = "Publishes -n retained messages to -T topics; the subscribers come afterwards, beside a pair"
                    + " of other clients whose latency is watched all the time.")
    boolean retained;

    @Option(names = "--between", paramLabel = "COMMAND", description = "Run by a shell before the subscribers come.")
    String between = "";

    @Option(names = "--shared", description = "Publisher i and subscriber i are one connection.")
    boolean shared;

    @Option(names = "--idle", paramLabel = "N", defaultValue = "0", description = "Connections that do nothing.")
    int idle;

    @Option(names = "--hold", paramLabel = "SECONDS", defaultValue = "5", description = "How long they are held.")
    double holdSeconds;

    @Option(names = "--pid", paramLabel = "PID", defaultValue = "0", description = "Server's process: CPU and memory.")
    long pid;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            defaultValue = "3",
            description = "Without any, the rest is lost.")
    double drainSeconds;

    @Option(names = "--drain-max", paramLabel = "SECONDS", defaultValue = "60", description = "At most, after -d.")
    double drainSecondsMax;

    @Option(
            names = "--stall",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "Without progress for so long, what -E waits for is given up.")
    double stallSeconds;

    @Option(names = "--settle", paramLabel = "SECONDS", defaultValue = "0.3", description = "Between set-up and load.")
    double settleSeconds;

    @Option(names = "--connect-par", paramLabel = "N", defaultValue = "128", description = "Handshakes at once.")
    int handshakes;

    @Option(names = "--connect-timeout", paramLabel = "SECONDS", defaultValue = "60", description = "For all of them.")
    double connectSecondsMax;

    @Option(names = "--prefix", paramLabel = "TOPIC", defaultValue = "bench", description = "Above all topics.")
    String prefix = "bench";

    @Option(names = "--id", paramLabel = "PREFIX", description = "Of the client identifiers.")
    String id = "load" + ProcessHandle.current().pid();

    @Option(names = "--label", paramLabel = "TEXT", defaultValue = "", description = "Goes into the result.")
    String label = "";

    @Option(names = "--discard", paramLabel = "N", defaultValue = "1", description = "Runs of 2 s before, thrown away.")
    int discarded;

    @Option(names = "--json", description = "Print the JSON line alone.")
    boolean json;

    private List<String> arguments = List.of();

    private Plan() {}

    /** @throws LoadException if the options contradict each other; picocli's own exceptions if they are unknown */
    public static Plan parse(String... arguments) {
        Plan plan = new Plan();
        commandLine(plan).parseArgs(arguments);
        plan.arguments = List.of(arguments);
        plan.complete();
        return plan;
    }

    static CommandLine commandLine(Plan plan) {
        return new CommandLine(plan).setCaseInsensitiveEnumValuesAllowed(true).setOverwrittenOptionsAllowed(true);
    }

    static String usage() {
        return commandLine(new Plan()).getUsageMessage();
    }

    private void complete() {
        payloadBytes = Math.max(payloadBytes, Stamp.BYTES);
        subscribedQos = subscribedQos < 0 ? qos : subscribedQos;
        window = Math.clamp(window, 1, 60_000);
        persistent |= offline;
        if (topics <= 0) {
            topics = switch (pattern) {
                case FANOUT -> 1;
                case PAIRS, FANIN -> Math.max(1, publishers);
                case WILDCARD -> 1_000;
            };
        }
        boolean answered = qos > 0 && subscribedQos > 0;
        undelivered = undelivered >= 0 ? undelivered : answered || drained() ? 0 : window;
        seconds = seconds != null ? seconds : count > 0 ? 1e6 : 5;
        warmUpSeconds = warmUpSeconds != null ? warmUpSeconds : count > 0 ? 0 : 1;
        check(qos <= 1 && subscribedQos <= 1 && qos >= 0, "the QoS is 0 or 1");
        check(protocol.equals("mqtt") || protocol.equals("nats"), "--proto is mqtt or nats");
        check(publishers > 0 || idle > 0, "nothing to do: give -P or --idle");
        check(!shared || publishers == subscribers, "--shared wants as many publishers as subscribers");
        check(!drained() || (count > 0 && !shared), "--offline and --retained want -n, and no --shared");
        check(!retained || !offline, "--offline and --retained exclude each other");
        check(!webSocket || protocol.equals("mqtt") && !retained, "--ws is for MQTT, without --retained");
        check(!drained() || protocol.equals("mqtt"), "--offline and --retained are for MQTT");
    }

    private static void check(boolean condition, String rule) {
        if (!condition) {
            throw new LoadException(rule);
        }
    }

    /** The subscribers come when all has been published. */
    boolean drained() {
        return offline || retained;
    }

    double measuredSeconds() {
        return seconds == null ? 0 : seconds;
    }

    double warmUp() {
        return warmUpSeconds == null ? 0 : warmUpSeconds;
    }

    String patternName() {
        return offline ? "offline" : retained ? "retained" : pattern.name().toLowerCase(Locale.ROOT);
    }

    /** The same for a run that only warms up code, here and in the server: shorter, under names of its own. */
    Plan rehearsal(int number) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--id", id + "w" + number, "--prefix", prefix + "-w" + number, "--between", ""));
        if (count > 0) {
            all.addAll(List.of("-n", Long.toString(Math.max(1, count / 5))));
        } else {
            all.addAll(List.of("-d", "1.5", "-w", "0.5"));
        }
        return parse(all.toArray(String[]::new));
    }

    /** A pair of other clients, beside the subscribers of retained messages. */
    Plan bystanders() {
        return parse(
                        "-h",
                        host,
                        "-p",
                        Integer.toString(port),
                        "-r",
                        "1000",
                        "-d",
                        "1e6",
                        "-w",
                        "0",
                        "-q",
                        "0",
                        "--settle",
                        Double.toString(settleSeconds))
                .named(id + "b", prefix + "-b");
    }

    private Plan named(String newId, String newPrefix) {
        id = newId;
        prefix = newPrefix;
        return this;
    }
}
