package io.signalbox.transports.jdbc;

import io.signalbox.transport.Durability;
import io.signalbox.transport.provider.ServerAnswer;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks a database who it is and what a commit is worth, on a connection of its own, and changes nothing there. */
record DatabaseQuestion(JdbcConfig config, DatabaseAddress address) {
    private static final Pattern IN_MEMORY = Pattern.compile("(mem|memFS|memLZ|nioMemFS|nioMemLZ):.*");
    private static final Pattern WRITE_DELAY = Pattern.compile(";WRITE_DELAY=([0-9]+)");
    private static final Pattern WHO = Pattern.compile(";(?:USER|PASSWORD|CIPHER)=[^;]*", Pattern.CASE_INSENSITIVE);

    /** @throws IllegalArgumentException if it is no database that is known here */
    static DatabaseQuestion to(JdbcConfig config) {
        return new DatabaseQuestion(config, DatabaseAddress.of(config.url()));
    }

    /** Whether there is a server to ask; a file of H2's is opened by this process, and made if it is not there. */
    boolean hasServer() {
        return address.dialect() == Dialect.POSTGRESQL || address.shown().matches("jdbc:h2:(tcp|ssl):.*");
    }

    /**
     * What a commit is worth.
     *
     * @return null if the server was not to be asked
     * @throws SQLException if it did not answer in time
     */
    @Nullable
    Durability durability(Duration timeout) throws SQLException {
        if (!hasServer()) {
            return ofFile();
        }
        if (timeout.isZero()) {
            return null;
        }
        try (Connection connection = connect(timeout);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + question())) {
            row.next();
            return Durability.valueOf(row.getString(1));
        }
    }

    /** H2 writes when it is told to, which the transport does for every connection. */
    private Durability ofFile() {
        boolean memory = IN_MEMORY
                .matcher(address.shown().substring("jdbc:h2:".length()))
                .matches();
        return memory || writesLater() ? Durability.ROUTED : Durability.BUFFERED;
    }

    private boolean writesLater() {
        Matcher delay = WRITE_DELAY.matcher(config.url().toUpperCase(Locale.ROOT));
        return delay.find() && !delay.group(1).matches("0+");
    }

    /** The most that it may be worth, whatever the server says. */
    Durability most() {
        return address.dialect() == Dialect.POSTGRESQL ? Durability.SYNCED : ofFile();
    }

    private String question() {
        return address.dialect() == Dialect.POSTGRESQL
                ? address.dialect().durability()
                : "CASE WHEN DATABASE_PATH() IS NULL THEN 'ROUTED' ELSE '" + ofFile() + "' END";
    }

    /** @throws SQLException if it did not answer in time */
    ServerAnswer who(Duration timeout) throws SQLException {
        long began = System.nanoTime();
        try (Connection connection = connect(timeout)) {
            DatabaseMetaData server = connection.getMetaData();
            return new ServerAnswer(
                    server.getDatabaseProductName() + " " + server.getDatabaseProductVersion(),
                    Duration.ofNanos(System.nanoTime() - began));
        }
    }

    private Connection connect(Duration timeout) throws SQLException {
        Properties properties = new Properties();
        if (config.user() != null) {
            properties.put("user", config.user());
            properties.put("password", config.password() == null ? "" : config.password());
        }
        if (address.dialect() == Dialect.POSTGRESQL) {
            String seconds = String.valueOf(Math.max(1, timeout.toSeconds()));
            for (String limit : new String[] {"loginTimeout", "connectTimeout", "socketTimeout"}) {
                properties.put(limit, seconds);
            }
        }
        try {
            return DriverManager.getConnection(
                    address.dialect() == Dialect.POSTGRESQL ? address.url() : withoutSettings(), properties);
        } catch (SQLException e) {
            throw new SQLException(
                    address.shown() + ": " + address.words(e), e.getSQLState(), e.getErrorCode(), address.cause(e));
        }
    }

    /** Settings in a URL of H2's change the database for all that use it, and without them it would be made. */
    private String withoutSettings() {
        StringBuilder url = new StringBuilder(address.shown());
        Matcher who = WHO.matcher(address.url());
        while (who.find()) {
            url.append(who.group());
        }
        return url.append(";IFEXISTS=TRUE").toString();
    }
}
