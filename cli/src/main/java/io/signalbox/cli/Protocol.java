package io.signalbox.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What is spoken, and the options that it cannot carry: those are refused, never dropped. */
enum Protocol {
    MQTT(Map.of()),
    AMQP(refusals(
            "-V", "AMQP has one version here, 1.0",
            "-D",
                    "those are properties of MQTT 5; -H, --content-type, --correlation, --reply-to and --expiry are for"
                            + " all protocols",
            "-x", "a durable subscription (-c) is kept until it is forgotten: signalbox clients --remove",
            "-k", "the client and the server agree on it by themselves",
            "-U", "forget a durable subscription with signalbox clients --remove",
            "-R", "retained messages are not sent over AMQP",
            "--retained-only", "retained messages are not sent over AMQP",
            "--retain-as-published", "retained messages are not sent over AMQP",
            "--no-local", "the server does not serve it over AMQP",
            "--will-topic", "AMQP has no wills",
            "--will-payload", "AMQP has no wills",
            "--will-qos", "AMQP has no wills",
            "--will-retain", "AMQP has no wills")),
    HTTP(refusals(
            "-V", "HTTP has one version here, 1.1",
            "-D",
                    "those are properties of MQTT 5; -H, --content-type, --correlation, --reply-to and --expiry are for"
                            + " all protocols",
            "-x", "a consumer that is kept (-c) is kept until it is forgotten: signalbox clients --remove",
            "-k", "the server keeps the stream alive by itself",
            "-U", "forget a consumer that was kept with signalbox clients --remove",
            "-R", "retained messages are not sent over HTTP",
            "--retained-only", "retained messages are not sent over HTTP",
            "--retain-as-published", "retained messages are not sent over HTTP",
            "--no-local", "the server does not know a stream's reader as a publisher",
            "--speed", "the past comes at once over HTTP; signalbox replay has a pace",
            "--will-topic", "HTTP has no wills",
            "--will-payload", "HTTP has no wills",
            "--will-qos", "HTTP has no wills",
            "--will-retain", "HTTP has no wills"));

    private final Map<String, String> refusals;

    Protocol(Map<String, String> refusals) {
        this.refusals = refusals;
    }

    private static Map<String, String> refusals(String... optionsAndReasons) {
        Map<String, String> refusals = new LinkedHashMap<>();
        for (int i = 0; i < optionsAndReasons.length; i += 2) {
            refusals.put(optionsAndReasons[i], optionsAndReasons[i + 1]);
        }
        return refusals;
    }

    /** Options by one of their names, and why they cannot be carried. */
    Map<String, String> refusals() {
        return refusals;
    }

    /**
     * @param given whether an option of that name was
     * @throws ParameterException an option was given that cannot be carried
     */
    void check(CommandSpec command, Predicate<String> given) {
        refusals.forEach((option, reason) -> {
            if (given.test(option)) {
                throw new ParameterException(
                        command.commandLine(), option + " cannot be used over " + this + ": " + reason);
            }
        });
    }
}
