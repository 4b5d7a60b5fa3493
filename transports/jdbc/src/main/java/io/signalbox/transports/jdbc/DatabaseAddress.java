package io.signalbox.transports.jdbc;

import java.sql.SQLException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A database's URL, looked at closely enough that no driver finds anything wrong with it, and what of it anybody may
 * read. Drivers repeat what they do not understand, which may be a password.
 */
record DatabaseAddress(Dialect dialect, String url) {
    private static final String HOST = "(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?";
    private static final String HOSTS = HOST + "(?:," + HOST + ")*";
    private static final String NAME = "[A-Za-z0-9._-]*+(?:%[0-9A-Fa-f]{2}[A-Za-z0-9._-]*+)*+";
    private static final String PARAMETER = "[A-Za-z][A-Za-z0-9_]*(?:=[^%&]*+(?:%[0-9A-Fa-f]{2}[^%&]*+)*+)?";
    private static final Pattern POSTGRESQL = Pattern.compile("(jdbc:postgresql:(?://(?:" + HOSTS + ")?)?/?" + NAME
            + ")(?:\\?(?:" + PARAMETER + "(?:&" + PARAMETER + ")*)?)?");
    /** Paths of files may have an @, servers have none. */
    private static final Pattern H2 =
            Pattern.compile("(jdbc:h2:(?:(?:tcp|ssl):(?://)?" + HOSTS + "/[^@;?]*|(?!tcp:|ssl:)[^;?]*))(?:;.*)?");

    private static final Pattern KIND = Pattern.compile("jdbc:[a-z0-9]+:");

    /** @throws IllegalArgumentException without the text of it, if it is no URL of a database that is known here */
    static DatabaseAddress of(String url) {
        Dialect dialect = Dialect.of(url);
        if (!pattern(dialect).matcher(url).matches()) {
            throw new IllegalArgumentException(
                    dialect == Dialect.POSTGRESQL
                            ? "url must be jdbc:postgresql://HOST:PORT/DATABASE?NAME=VALUE&NAME=VALUE, with special"
                                    + " characters as %XX; the user and the password are keys of their own"
                            : "url must be jdbc:h2:FILE or jdbc:h2:tcp://HOST:PORT/FILE, then ;NAME=VALUE; the user and"
                                    + " the password are keys of their own");
        }
        return new DatabaseAddress(dialect, url);
    }

    private static Pattern pattern(Dialect dialect) {
        return dialect == Dialect.POSTGRESQL ? POSTGRESQL : H2;
    }

    /** What anybody may read of any text that should be a URL. */
    static String shown(String url) {
        for (Pattern pattern : new Pattern[] {POSTGRESQL, H2}) {
            Matcher whole = pattern.matcher(url);
            if (whole.matches()) {
                return String.valueOf(whole.group(1));
            }
        }
        Matcher kind = KIND.matcher(url);
        return kind.lookingAt() ? kind.group() : "a database";
    }

    /** Host, port and database. */
    String shown() {
        return shown(url);
    }

    private boolean hasPassword() {
        return url.toLowerCase(Locale.ROOT).indexOf("password", shown().length()) >= 0;
    }

    /** What a driver says of it, if it may be repeated. */
    String words(Throwable failure) {
        if (!hasPassword()) {
            return String.valueOf(failure.getMessage());
        }
        String state = failure instanceof SQLException sql ? "SQLSTATE " + sql.getSQLState() : "a failure";
        return state + " (the words of the driver are withheld, because the url has a password in it; give it as"
                + " `password:`)";
    }

    /** The failure itself, if its words may be repeated. */
    @Nullable
    Throwable cause(Throwable failure) {
        return hasPassword() ? null : failure;
    }
}
