package io.signalbox.busjdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.bus.Bus;
import io.signalbox.bus.context.CurrentMessage;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Message;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.transports.memory.MemoryTransport;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
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

    private static boolean order(DataSource dataSource, Bus shop, String item) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            insert(connection, "orders", item);
            PublishResult answer = Transaction.within(connection, () -> shop.publish(new Ordered(item)));
            if (answer.isAccepted()) {
                connection.commit();
            } else {
                connection.rollback();
            }
            return answer.isAccepted();
        }
    }

    private static void pack(Bus packing, JdbcInbox inbox, DataSource dataSource) {
        packing.subscribe(Ordered.class, ordered -> {
            try (Connection connection = dataSource.getConnection()) {
                connection.setAutoCommit(false);
                if (inbox.first(
                        connection, "packing/parcels", CurrentMessage.envelope().id())) {
                    insert(connection, "parcels", ordered.item());
                }
                connection.commit();
            }
        });
    }

    private static DataSource ordersAndParcels() throws SQLException {
        DataSource dataSource = Databases.h2();
        Databases.execute(
                dataSource,
                "CREATE TABLE orders (item VARCHAR)",
                "CREATE TABLE parcels (item VARCHAR)",
                "CREATE TABLE invoices (item VARCHAR)");
        return dataSource;
    }

    private static Bus packing(MemoryTransport transport, JdbcInbox inbox) {
        return Bus.over(transport)
                .name("packing")
                .durable("packing")
                .inbox(inbox)
                .build();
    }

    @Test
    void anOrderAndItsEventAreOneTransactionAndSoAreAnEventAndItsParcel() throws Exception {
        DataSource dataSource = ordersAndParcels();
        try (MemoryTransport transport = MemoryTransport.open()) {
            JdbcInbox inbox = new JdbcInbox(dataSource, Duration.ofDays(7));
            try (JdbcOutbox outbox = new JdbcOutbox(dataSource);
                    Bus shop = Bus.over(transport).name("shop").outbox(outbox).build();
                    Bus packing = packing(transport, inbox)) {
                pack(packing, inbox, dataSource);
                assertThat(order(dataSource, shop, "book")).isTrue();
                await().untilAsserted(() -> assertThat(texts(dataSource, "SELECT item FROM parcels"))
                        .containsExactly("book"));
                await().untilAsserted(() -> assertThat(texts(dataSource, "SELECT fields FROM bus_outbox"))
                        .isEmpty());
            }
            assertThat(texts(dataSource, "SELECT item FROM orders")).containsExactly("book");
        }
    }

    @Test
    void anOrderWhoseEventIsRefusedIsNone() throws Exception {
        DataSource dataSource = ordersAndParcels();
        try (MemoryTransport transport = MemoryTransport.open();
                JdbcOutbox outbox = new JdbcOutbox(dataSource)) {
            Bus shop = Bus.over(transport).name("shop").outbox(outbox).build();
            shop.close();
            assertThat(order(dataSource, shop, "late")).isFalse();
        }
        assertThat(texts(dataSource, "SELECT item FROM orders")).isEmpty();
        assertThat(texts(dataSource, "SELECT fields FROM bus_outbox")).isEmpty();
    }

    @Test
    void ofTwoHandlersOfOneEventEachDoesItsOwnOnce() throws Exception {
        DataSource dataSource = ordersAndParcels();
        JdbcInbox inbox = new JdbcInbox(dataSource, Duration.ofDays(7));
        try (MemoryTransport transport = MemoryTransport.open();
                Bus shop = Bus.over(transport).name("shop").build();
                Bus packing = packing(transport, inbox)) {
            pack(packing, inbox, dataSource);
            packing.subscribe(Ordered.class, ordered -> {
                try (Connection connection = dataSource.getConnection()) {
                    connection.setAutoCommit(false);
                    if (inbox.first(
                            connection,
                            "packing/invoices",
                            CurrentMessage.envelope().id())) {
                        insert(connection, "invoices", ordered.item());
                    }
                    connection.commit();
                }
            });
            shop.publish(new Ordered("book"));
            await().untilAsserted(() -> assertThat(texts(dataSource, "SELECT consumer FROM bus_inbox"))
                    .containsExactlyInAnyOrder("bus:packing", "handler:packing/parcels", "handler:packing/invoices"));
            assertThat(texts(dataSource, "SELECT item FROM parcels")).containsExactly("book");
            assertThat(texts(dataSource, "SELECT item FROM invoices")).containsExactly("book");
        }
    }

    /** The first process has committed the work of one handler, and goes before another has done its own. */
    @Test
    void whatOneHandlerHasDoneIsHeardByTheOthersOfTheNextProcess() throws Exception {
        DataSource dataSource = ordersAndParcels();
        CountDownLatch dead = new CountDownLatch(1);
        List<String> heard = new CopyOnWriteArrayList<>();
        HandlerOptions last = HandlerOptions.DEFAULT.withPriority(-1);
        JdbcInbox inbox = new JdbcInbox(dataSource, Duration.ofDays(7));
        try (MemoryTransport transport = MemoryTransport.open();
                Bus shop = Bus.over(transport).name("shop").build();
                Bus stuck = packing(transport, inbox)) {
            pack(stuck, inbox, dataSource);
            stuck.subscribe(Ordered.class, ordered -> dead.await(), last);
            shop.publish(new Ordered("book"));
            await().untilAsserted(() ->
                    assertThat(texts(dataSource, "SELECT item FROM parcels")).containsExactly("book"));
            try (Bus next = packing(transport, inbox)) {
                // The first handler opens the door: what comes before the second is there, that one does not hear.
                next.subscribe(Ordered.class, ordered -> heard.add(ordered.item()), last);
                pack(next, inbox, dataSource);
                await().untilAsserted(() -> assertThat(heard).containsExactly("book"));
            } finally {
                dead.countDown();
            }
        }
        assertThat(texts(dataSource, "SELECT item FROM parcels")).containsExactly("book");
        assertThat(heard).containsExactly("book");
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
