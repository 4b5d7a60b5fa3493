package io.signalbox.transports.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * What of its topics a session wants, by who sent it and to whom: the database decides, and a message that does not
 * pass never gets a row in the queue.
 *
 * @param broadcast messages that are addressed to nobody
 * @param to whom messages may be addressed to; null: anybody
 * @param from who may have sent them; null: anybody
 */
public record AddressFilter(
        boolean broadcast, @Nullable Who to, @Nullable Who from) {
    public static final AddressFilter EVERYTHING = new AddressFilter(true, null, null);

    /** One name, or a pattern in which {@code *} stands for any characters. */
    public record Who(String nameOrPattern) {
        String regex() {
            StringBuilder regex = new StringBuilder("^");
            String[] parts = nameOrPattern.split("\\*", -1);
            for (int i = 0; i < parts.length; i++) {
                regex.append(i == 0 ? "" : ".*");
                FilterPattern.literal(regex, parts[i]);
            }
            return regex.append('$').toString();
        }
    }

    /** What is addressed to this name, and nothing else. */
    public static AddressFilter onlyTo(String name) {
        return new AddressFilter(false, new Who(name), null);
    }
}
