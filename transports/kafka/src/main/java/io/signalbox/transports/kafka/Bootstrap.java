package io.signalbox.transports.kafka;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where a cluster is asked for.
 *
 * @param addresses {@code host:port} each
 */
record Bootstrap(List<String> addresses) {
    static final String SCHEME = "kafka://";

    private static final Pattern ADDRESS = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):([0-9]{1,5})");
    private static final int PORT_MAX = 65_535;

    /**
     * @param text addresses separated by commas, {@code kafka://} before the first or each of them
     * @throws IllegalArgumentException without the text: somebody may have put a password into it
     */
    static Bootstrap of(String text) {
        List<String> addresses = Arrays.stream(text.split(","))
                .map(String::strip)
                .map(one -> one.startsWith(SCHEME) ? one.substring(SCHEME.length()) : one)
                .map(one -> one.endsWith("/") ? one.substring(0, one.length() - 1) : one)
                .filter(one -> !one.isEmpty())
                .toList();
        for (String address : addresses) {
            Matcher matcher = ADDRESS.matcher(address);
            boolean valid = matcher.matches() && Integer.parseInt(matcher.group(2)) <= PORT_MAX;
            KafkaConfig.check(valid, form());
        }
        KafkaConfig.check(!addresses.isEmpty(), form());
        return new Bootstrap(addresses);
    }

    private static String form() {
        return "bootstrap-servers must be HOST:PORT, several with commas, " + SCHEME
                + " before them if you like; users and passwords belong to client";
    }

    /** As Kafka's clients take it. */
    String text() {
        return addresses.stream().collect(Collectors.joining(","));
    }

    /** Kafka's clients cannot be made otherwise. Asks the resolver, which may take a while. */
    boolean isAnyHostKnown() {
        return addresses.stream().anyMatch(Bootstrap::isHostKnown);
    }

    private static boolean isHostKnown(String address) {
        try {
            return InetAddress.getAllByName(address.substring(0, address.lastIndexOf(':'))).length > 0;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
