package io.signalbox.message;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which messages an entity wants by who sent them and whom they are for. Addressees are alternatives of each other,
 * broadcast included; senders are alternatives too; both must hold.
 *
 * @param broadcast what is addressed to nobody in particular
 * @param to addressees; without any, and without broadcast, everything is wanted, whomever it is for
 * @param from senders; without any, everybody's
 */
public record AddressFilter(boolean broadcast, List<NamePattern> to, List<NamePattern> from) {
    public static final AddressFilter ANY = new AddressFilter(false, List.of(), List.of());

    public AddressFilter {
        to = List.copyOf(to);
        from = List.copyOf(from);
    }

    /** What an entity of that name should see: addressed to it, or to nobody in particular. */
    public static AddressFilter forEntity(String name) {
        return ANY.orBroadcast().orTo(name);
    }

    public AddressFilter orBroadcast() {
        return new AddressFilter(true, to, from);
    }

    /** @param pattern as of a {@link NamePattern} */
    public AddressFilter orTo(String pattern) {
        return new AddressFilter(broadcast, with(to, pattern), from);
    }

    /** @param pattern as of a {@link NamePattern} */
    public AddressFilter orFrom(String pattern) {
        return new AddressFilter(broadcast, to, with(from, pattern));
    }

    private static List<NamePattern> with(List<NamePattern> patterns, String pattern) {
        return Stream.concat(patterns.stream(), Stream.of(new NamePattern(pattern)))
                .toList();
    }

    public boolean matches(Message message) {
        return matches(message.properties().from(), message.properties().to());
    }

    public boolean matches(@Nullable String sender, @Nullable String addressee) {
        return (from.isEmpty() || anyMatches(from, sender)) && isFor(addressee);
    }

    private boolean isFor(@Nullable String addressee) {
        if (!broadcast && to.isEmpty()) {
            return true;
        }
        return addressee == null ? broadcast : anyMatches(to, addressee);
    }

    private static boolean anyMatches(List<NamePattern> patterns, @Nullable String name) {
        return name != null && patterns.stream().anyMatch(pattern -> pattern.matches(name));
    }
}
