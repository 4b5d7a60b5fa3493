package io.signalbox.transports.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/** A connection to look at a database that is not open, which changes nothing there. */
final class Asking {
    /** H2 was told not to make a database, and there is none. */
    private static final int NOT_MADE_YET = 90_146;

    private Asking() {}

    /** @param timeout the longest that PostgreSQL may take to be reached, and to answer */
    static Connection connect(JdbcConfig config, Dialect dialect, Duration timeout) throws SQLException {
        loadDriver(dialect, config.endpoint());
        Properties properties = new Properties();
        if (config.user() != null) {
            properties.put("user", config.user());
            properties.put("password", config.password() == null ? "" : config.password());
        }
        if (dialect == Dialect.POSTGRESQL) {
            String seconds = String.valueOf(Math.max(1, timeout.toSeconds()));
            for (String limit : new String[] {"loginTimeout", "connectTimeout", "socketTimeout"}) {
                properties.put(limit, seconds);
            }
        } else if (!config.url().startsWith("jdbc:h2:mem:")) {
            properties.put("IFEXISTS", "TRUE");
        }
        return DriverManager.getConnection(config.url(), properties);
    }

    static boolean isNotMadeYet(SQLException e) {
        return e.getErrorCode() == NOT_MADE_YET;
    }

    /** Drivers that are not on the class path of the process are not found otherwise. */
    static void loadDriver(Dialect dialect, String endpoint) {
        try {
            Class.forName(dialect == Dialect.POSTGRESQL ? "org.postgresql.Driver" : "org.h2.Driver");
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("the driver of " + endpoint + " is not on the class path: " + e, e);
        }
    }
}
