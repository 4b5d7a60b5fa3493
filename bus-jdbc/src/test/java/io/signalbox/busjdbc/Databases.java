package io.signalbox.busjdbc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;

/** The tables in each of the databases, empty. */
final class Databases implements AutoCloseable {
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final Path folder;
    private @Nullable PostgresServer server;

    Databases() throws IOException {
        folder = Files.createTempDirectory("bus-jdbc");
    }

    /** A new one in memory. */
    static DataSource h2() {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setUrl("jdbc:h2:mem:bus" + NAMES.incrementAndGet() + ";DB_CLOSE_DELAY=-1");
        BusTables.create(h2);
        return h2;
    }

    /** The same server each time. */
    DataSource postgres() throws IOException, InterruptedException, SQLException {
        PostgresServer running = server;
        if (running == null) {
            running = PostgresServer.start(folder);
            server = running;
        }
        DataSource postgres = running.dataSource();
        BusTables.create(postgres);
        execute(
                postgres,
                "DELETE FROM bus_outbox",
                "DELETE FROM bus_inbox",
                "UPDATE bus_outbox_sender SET owner = '', until_millis = 0");
        return postgres;
    }

    static void execute(DataSource dataSource, String... statements) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : List.of(statements)) {
                statement.execute(each);
            }
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (server != null) {
            server.close();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
