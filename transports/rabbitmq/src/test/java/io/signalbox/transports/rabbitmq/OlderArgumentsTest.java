package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Connection;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.SessionOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A session's queue that an earlier configuration made. */
final class OlderArgumentsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final SessionOptions SPILLING =
            SessionOptions.durableSession("s").withQueue(10_000, 1 << 30, OverflowPolicy.SPILL);
    private static final SessionOptions BOUNDED = SPILLING.withQueue(10_000, 1 << 30, OverflowPolicy.DROP_OLDEST);

    private final String prefix = "older-" + UUID.randomUUID().toString().substring(0, 13);
    private final String queue = prefix + ".session.s";
    private final RabbitMqConfig config =
            RabbitMqConfig.of(RabbitServer.shared().uri()).withPrefix(prefix).withQueueSettle(Duration.ZERO);
    private final RabbitMqTransport transport = RabbitMqTransport.open(config, new ManualTimeSource());
    private final Connection connection;

    OlderArgumentsTest() throws Exception {
        connection = RabbitServer.shared().connect();
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        transport.close();
    }

    private void make(SessionOptions options) {
        TestClient.open(transport, options, SettleBehaviour.ACCEPT, PATIENCE).detach();
    }

    private @Nullable String warning(SessionOptions now) throws IOException {
        return OlderArguments.warning(connection, queue, transport.topology().session(now));
    }

    @Test
    void anOlderBoundIsToldWithTheQueueTheArgumentBothValuesAndWhatToDo() throws Exception {
        make(BOUNDED);
        assertThat(warning(SPILLING))
                .contains("queue " + queue + " was made with x-")
                .contains("rabbitmqctl delete_queue '" + queue + "'")
                .containsPattern("was made with x-[a-z-]+ = .+, and would now be made with .+\\. RabbitMQ keeps");
    }

    @Test
    void aLargerBoundThanBeforeIsToldWithBothNumbers() throws Exception {
        make(BOUNDED);
        assertThat(warning(BOUNDED.withQueue(20_000, 1 << 30, OverflowPolicy.DROP_OLDEST)))
                .containsPattern("x-max-length = .*10000.*now be made with .*20000");
    }

    @Test
    void aQueueThatIsAsItWouldBeMadeIsNoNews() throws Exception {
        make(SPILLING);
        assertThat(warning(SPILLING)).isNull();
    }

    @Test
    void anotherExpiryIsTheSessionsOwnBusiness() throws Exception {
        make(SPILLING.withExpiry(Duration.ofHours(1)));
        assertThat(warning(SPILLING.withExpiry(Duration.ofHours(2)))).isNull();
    }

    @Test
    void theSessionIsOpenedAllTheSame() {
        make(BOUNDED);
        TestClient again = TestClient.open(transport, SPILLING, SettleBehaviour.ACCEPT, PATIENCE);
        assertThat(again.session().resumed()).isTrue();
        again.detach();
    }
}
