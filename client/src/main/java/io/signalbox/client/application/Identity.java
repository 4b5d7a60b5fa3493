package io.signalbox.client.application;

import org.jspecify.annotations.Nullable;

/**
 * An application, or one window of it, as in OpenFin.
 *
 * @param uuid names the application
 * @param name names a window or instance of it; the uuid where there is but one
 */
public record Identity(String uuid, String name) {
    private static final int CHARS_MAX = 128;
    private static final char SEPARATOR = '/';

    /** @throws IllegalArgumentException for a part that cannot be a level of a topic everywhere */
    public Identity {
        check("uuid", uuid);
        check("name", name);
    }

    public static Identity of(String uuid) {
        return new Identity(uuid, uuid);
    }

    /** @param sender as {@link #text()} writes it; null: an unknown sender */
    static @Nullable Identity parse(@Nullable String sender) {
        if (sender == null) {
            return null;
        }
        int at = sender.indexOf(SEPARATOR);
        try {
            return at < 0 ? of(sender) : new Identity(sender.substring(0, at), sender.substring(at + 1));
        } catch (IllegalArgumentException e) {
            return null; // Others may write what they like there.
        }
    }

    /** The uuid alone when it is also the name, else {@code uuid/name}: what {@code sb-from} says. */
    public String text() {
        return uuid.equals(name) ? uuid : uuid + SEPARATOR + name;
    }

    /** It has a name of its own, and so is one window of perhaps several. */
    boolean isNamed() {
        return !uuid.equals(name);
    }

    /** Always {@code uuid/name}, as others may write it. */
    String qualified() {
        return uuid + SEPARATOR + name;
    }

    private static void check(String what, String value) {
        if (value.isEmpty() || value.length() > CHARS_MAX) {
            throw new IllegalArgumentException(
                    what + " has " + value.length() + " characters; it must have 1 to " + CHARS_MAX);
        }
        if (value.equals("all") || value.charAt(0) == '$') {
            throw new IllegalArgumentException(
                    what + " '" + value + "' is 'all' or begins with '$', which is reserved");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '/' || c == '+' || c == '#' || c == '*' || Character.isISOControl(c)) {
                throw new IllegalArgumentException(what + " '" + value + "' has the character U+"
                        + String.format("%04X", (int) c) + " at index " + i + ", which no topic level can hold");
            }
        }
    }
}
