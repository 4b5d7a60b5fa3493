package io.signalbox.message;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which messages an entity wants by who sent them and whom they are for. In a pattern {@code *} stands for any number of
 * characters, none too: {@code billing-*}. Addressees are alternatives of each other, broadcast included; senders are
 * alternatives too; both must hold.
 *
 * @param broadcast what is addressed to nobody in particular
 * @param to patterns of addressees; without any, and without broadcast, everything is wanted, whomever it is for
 * @param from patterns of senders; without any, everybody's
 */
public record AddressFilter(boolean broadcast, List<String> to, List<String> from) {
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

    public AddressFilter orTo(String pattern) {
        return new AddressFilter(broadcast, with(to, pattern), from);
    }

    public AddressFilter orFrom(String pattern) {
        return new AddressFilter(broadcast, to, with(from, pattern));
    }

    private static List<String> with(List<String> patterns, String pattern) {
        return Stream.concat(patterns.stream(), Stream.of(pattern)).toList();
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

    private static boolean anyMatches(List<String> patterns, @Nullable String name) {
        return name != null && patterns.stream().anyMatch(pattern -> fits(pattern, name));
    }

    /** Greedy with one step back: a later {@code *} makes every earlier choice safe. */
    private static boolean fits(String pattern, String name) {
        int p = 0;
        int n = 0;
        int resumePattern = -1;
        int resumeName = 0;
        while (n < name.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                resumePattern = ++p;
                resumeName = n;
            } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
                p++;
                n++;
            } else if (resumePattern >= 0) {
                p = resumePattern;
                n = ++resumeName;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
