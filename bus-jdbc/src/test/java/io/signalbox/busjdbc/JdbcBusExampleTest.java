package io.signalbox.busjdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.Bus;
import io.signalbox.bus.context.CurrentMessage;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Message;
import io.signalbox.transports.memory.MemoryTransport;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class JdbcBusExampleTest {
    @Message(name = "ordered", topic = "shop.orders")
    record Ordered(String item) implements Event {}

    private static void insert(Connection connection, String table, String item) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + table + " VALUES (?)")) {
            insert.setString(1, item);
            insert.executeUpdate();
        }
    }

    private static List<String> texts(DataSource dataSource, String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = dataSource.getConnection();
                PreparedStatement look = connection.prepareStatement(sql);
                ResultSet row = look.executeQuery()) {
            while (row.next()) {
                found.add(row.getString(1));
            }
        }
        return found;
    }

    @Test
    void anOrderAndItsEventAreOneTransactionAndSoAreAnEventAndItsParcel() throws Exception {
        DataSource dataSource = Databases.h2();
        Databases.execute(dataSource, "CREATE TABLE orders (item VARCHAR)", "CREATE TABLE parcels (item VARCHAR)");
        try (MemoryTransport transport = MemoryTransport.open()) {
            JdbcInbox inbox = new JdbcInbox(dataSource, Duration.ofDays(7));
            try (JdbcOutbox outbox = new JdbcOutbox(dataSource);
                    Bus shop = Bus.over(transport).name("shop").outbox(outbox).build();
                    Bus packing = Bus.over(transport)
                            .name("packing")
                            .durable("packing")
                            .inbox(inbox)
                            .build()) {
                packing.subscribe(Ordered.class, ordered -> {
                    try (Connection connection = dataSource.getConnection()) {
                        connection.setAutoCommit(false);
                        if (inbox.first(
                                connection, "packing", CurrentMessage.envelope().id())) {
                            insert(connection, "parcels", ordered.item());
                        }
                        connection.commit();
                    }
                });

                try (Connection connection = dataSource.getConnection()) {
                    connection.setAutoCommit(false);
                    insert(connection, "orders", "book");
                    Transaction.within(connection, () -> shop.publish(new Ordered("book")));
                    connection.commit();
                }
                await().untilAsserted(() -> assertThat(texts(dataSource, "SELECT item FROM parcels"))
                        .containsExactly("book"));
                await().untilAsserted(() -> assertThat(texts(dataSource, "SELECT fields FROM bus_outbox"))
                        .isEmpty());
            }
            assertThat(texts(dataSource, "SELECT item FROM orders")).containsExactly("book");
        }
    }

    @Test
    void whatIsRolledBackIsNeverSent() throws Exception {
        DataSource dataSource = Databases.h2();
        try (MemoryTransport transport = MemoryTransport.open();
                JdbcOutbox outbox = new JdbcOutbox(dataSource);
                Bus shop = Bus.over(transport).name("shop").outbox(outbox).build()) {
            try (Connection connection = dataSource.getConnection()) {
                connection.setAutoCommit(false);
                Transaction.within(connection, () -> shop.publish(new Ordered("never")));
                connection.rollback();
            }
            shop.publish(new Ordered("sent"));
            List<String> sent = transport
                    .capture()
                    .awaitPublished("shop/orders", 1, Duration.ofSeconds(10))
                    .payloads();
            assertThat(sent).singleElement().asString().contains("sent");
        }
    }
}
