package io.signalbox.transports.jdbc;

import io.signalbox.transport.Durability;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the address of an H2 database says without asking it: nobody else has set it up. */
final class H2Address {
    private static final Pattern WRITE_DELAY = Pattern.compile(";WRITE_DELAY=([^;]*)");

    private H2Address() {}

    /**
     * What {@link Dialect#durability()} will answer, {@link Database} having told it to write at each commit unless the
     * address says otherwise.
     *
     * @return null for one in another process, which must be asked
     */
    static @Nullable Durability durability(String url) {
        String upper = url.toUpperCase(Locale.ROOT);
        if (upper.startsWith("JDBC:H2:TCP:") || upper.startsWith("JDBC:H2:SSL:")) {
            return null;
        }
        Matcher delay = WRITE_DELAY.matcher(upper);
        boolean writesLater = delay.find() && !delay.group(1).strip().equals("0");
        return upper.startsWith("JDBC:H2:MEM:") || writesLater ? Durability.ROUTED : Durability.BUFFERED;
    }
}
