package io.signalbox.busjdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import javax.sql.DataSource;

/** The tables of outbox and inbox, in the schema that the connections have by default. */
public final class BusTables {
    private BusTables() {}

    /** For your own migrations: makes what is not there. */
    public static String sql() {
        try (InputStream file = BusTables.class.getResourceAsStream("tables.sql")) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException("tables.sql cannot be read from the class path", broken);
        }
    }

    /**
     * Makes what is not there. Two processes that do it at the same moment may hinder each other: one of them fails then.
     *
     * @throws DatabaseException if it fails
     */
    public static void create(DataSource dataSource) {
        Connections.run(dataSource, "make the tables", connection -> {
            try (var statement = connection.createStatement()) {
                for (String each : sql().split(";\\s*\n")) {
                    statement.execute(each);
                }
            }
        });
    }
}
