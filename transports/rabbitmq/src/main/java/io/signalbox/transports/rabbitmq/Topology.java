package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** What is declared on the server, with which arguments. All of it may be declared again without harm. */
record Topology(RabbitMqConfig config, Names names) {
    private static final long MILLIS_MAX = 0xFFFF_FFFFL;
    private static final int PRIORITIES = 10;

    /** What stands before anybody publishes or subscribes. Waits for a new queue of dead letters to be safe. */
    void declare(Connection connection) throws IOException, TimeoutException {
        try (Channel channel = connection.createChannel()) {
            declareExchanges(channel);
        }
        declareDeadLetters(connection);
    }

    private void declareExchanges(Channel channel) throws IOException {
        for (boolean light : new boolean[] {false, true}) {
            String entry = light ? names.lightTopics() : names.topics();
            channel.exchangeDeclare(entry, BuiltinExchangeType.TOPIC, true);
            channel.exchangeDeclare(
                    light ? names.lightSystemTopics() : names.systemTopics(), BuiltinExchangeType.TOPIC, true);
            for (String root : config.hierarchies()) {
                String tree = names.hierarchy(entry, root);
                channel.exchangeDeclare(tree, BuiltinExchangeType.TOPIC, true);
                String key = Names.bindingKey(TopicFilter.ofCanonical(root + "/#"));
                channel.exchangeBind(tree, entry, key);
            }
        }
        channel.exchangeDeclare(names.control(), BuiltinExchangeType.FANOUT, true);
    }

    /** Where messages go that nobody could take; also when somebody has deleted it. */
    void declareDeadLetters(Connection connection) throws IOException, TimeoutException {
        Settling settling = new Settling(config.queueSettle());
        boolean there = Probe.queue(connection, names.deadLetters()).isPresent();
        try (Channel channel = connection.createChannel()) {
            channel.exchangeDeclare(names.deadLetterExchange(), BuiltinExchangeType.FANOUT, true);
            if (!there) {
                channel.queueDeclare(names.deadLetters(), true, false, false, kept());
                settling.declaredDurable(this, names.deadLetters());
            }
            channel.queueBind(names.deadLetters(), names.deadLetterExchange(), "");
        }
        settling.await(connection);
    }

    /** Where a filter is bound: the smallest exchange that has all that it can match. */
    String exchange(TopicFilter filter, boolean light) {
        String root = filter.levels().getFirst();
        if (root.startsWith("$")) {
            return light ? names.lightSystemTopics() : names.systemTopics();
        }
        String entry = light ? names.lightTopics() : names.topics();
        return config.hierarchies().contains(root) ? names.hierarchy(entry, root) : entry;
    }

    /** Are durable queues quorum queues? */
    boolean quorum() {
        return config.queues() == RabbitMqConfig.Queues.QUORUM;
    }

    /** Whose messages stay however often they come back: servers from 4.0 on give up after 20 times by default. */
    private Map<String, Object> kept() {
        Map<String, Object> arguments = durable();
        if (quorum()) {
            arguments.put("x-delivery-limit", Integer.MAX_VALUE);
        }
        return arguments;
    }

    private Map<String, Object> durable() {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("x-queue-type", quorum() ? "quorum" : "classic");
        return arguments;
    }

    /** The queue of a durable session. One consumer at a time, so that a takeover keeps the order. */
    Map<String, Object> session(SessionOptions options) {
        Map<String, Object> arguments = kept();
        arguments.put("x-single-active-consumer", true);
        bound(arguments, options);
        expire(arguments, options.expiry());
        prioritise(arguments);
        return arguments;
    }

    /** The record beside it: consumed for as long as somebody has the session. */
    Map<String, Object> record(SessionOptions options) {
        Map<String, Object> arguments = kept();
        arguments.put("x-single-active-consumer", true);
        expire(arguments, options.expiry());
        return arguments;
    }

    /** A session that ends with its connection, which a cut line does not end: a classic queue for a minute more. */
    Map<String, Object> transientSession(SessionOptions options) {
        Map<String, Object> arguments = new HashMap<>();
        bound(arguments, options);
        expire(arguments, config.delivery().transientExpiry());
        prioritise(arguments);
        return arguments;
    }

    /** What need not arrive: no more than the session's bound, the oldest go. */
    Map<String, Object> light(SessionOptions options) {
        Map<String, Object> arguments = new HashMap<>();
        arguments.put("x-max-length", Math.max(1, options.queueMessagesMax()));
        arguments.put("x-max-length-bytes", Math.max(1, options.queueBytesMax()));
        arguments.put("x-overflow", "drop-head");
        expire(arguments, config.delivery().transientExpiry());
        return arguments;
    }

    Map<String, Object> share() {
        Map<String, Object> arguments = durable();
        deadLetterAtLeastOnce(arguments);
        expire(arguments, config.delivery().shareExpiry());
        prioritise(arguments);
        return arguments;
    }

    private void bound(Map<String, Object> arguments, SessionOptions options) {
        switch (options.overflow()) {
            case DROP_OLDEST, DEAD_LETTER -> {
                arguments.put("x-max-length", options.queueMessagesMax());
                arguments.put("x-max-length-bytes", options.queueBytesMax());
                arguments.put("x-overflow", "drop-head");
                if (options.overflow() == OverflowPolicy.DEAD_LETTER) {
                    arguments.put("x-dead-letter-exchange", names.deadLetterExchange());
                    limitReturns(arguments);
                }
            }
            case SPILL -> deadLetterAtLeastOnce(arguments);
            case REJECT_PUBLISH -> throw new AssertionError("refused at admission");
        }
    }

    /** A quorum queue keeps a dead letter until it is confirmed, if it may refuse publishes: it has no bound to. */
    private void deadLetterAtLeastOnce(Map<String, Object> arguments) {
        arguments.put("x-dead-letter-exchange", names.deadLetterExchange());
        limitReturns(arguments);
        if (arguments.get("x-queue-type") instanceof String type && type.equals("quorum")) {
            arguments.put("x-dead-letter-strategy", "at-least-once");
            arguments.put("x-overflow", "reject-publish");
        }
    }

    private void limitReturns(Map<String, Object> arguments) {
        if (arguments.get("x-queue-type") instanceof String type && type.equals("quorum")) {
            arguments.put("x-delivery-limit", config.delivery().returnsMax());
        }
    }

    /** The server counts only while nobody consumes. Beyond its 49 days it keeps for ever. */
    private static void expire(Map<String, Object> arguments, Duration expiry) {
        if (!expiry.isZero() && expiry.getSeconds() < MILLIS_MAX / 1000) {
            arguments.put("x-expires", expiry.toMillis());
        }
    }

    private void prioritise(Map<String, Object> arguments) {
        if (!quorum()) {
            arguments.put("x-max-priority", PRIORITIES);
        }
    }
}
