package io.signalbox.client;

import static io.signalbox.client.ClientFixture.GONE;
import static io.signalbox.client.ClientFixture.join;
import static io.signalbox.client.ClientFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.subscribe.SubscribeOptions;
import io.signalbox.message.Message;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A past that is being read while the server forgets its session. */
class PastReadingTest {
    private static ClientFixture reading(String from) {
        ClientFixture it = new ClientFixture().connected();
        join(it.client
                .subscribe(SubscribeOptions.to("a").from(from), Message.class, r -> {})
                .granted());
        assertThat(asked(it)).isEqualTo(from);
        return it;
    }

    private static String asked(ClientFixture it) {
        return String.valueOf(it.server.subscribes().getLast().getFirst().from());
    }

    private static String askedInANewSession(ClientFixture it) {
        int before = it.server.subscribes().size();
        it.server.forgetSession();
        it.server.cut(GONE);
        await().until(() -> it.server.subscribes().size() == before + 1);
        return asked(it);
    }

    @Test
    void itGoesOnBehindTheLastMessageThatCameHoweverOldThatIs() {
        try (ClientFixture it = reading("all")) {
            it.server.deliver(json("a", "1"), 41);
            it.server.deliver(json("a", "2"), 42);
            it.time.advance(Duration.ofSeconds(30));
            assertThat(askedInANewSession(it)).isEqualTo("seq=43");
        }
    }

    @Test
    void whatALowerPriorityWasBehindWithIsReadAgain() {
        try (ClientFixture it = reading("all")) {
            it.server.deliver(json("a", "1"), 10);
            it.server.deliver(json("a", "2").toBuilder().priority(9).build(), 500);
            assertThat(askedInANewSession(it)).isEqualTo("seq=11");
        }
    }

    @Test
    void aServerThatBeginsAnewIsReadFromWhereItWas() {
        try (ClientFixture it = reading("all")) {
            it.server.deliver(json("a", "1"), 1_000);
            assertThat(askedInANewSession(it)).isEqualTo("seq=1001");
            it.server.deliver(json("a", "2"), 3);
            assertThat(askedInANewSession(it)).isEqualTo("seq=4");
        }
    }

    @Test
    void nothingCameYetSoItBeginsWhereItWasToBegin() {
        for (String from : List.of("all", "last=50", "2026-01-01T00:00:00Z")) {
            try (ClientFixture it = reading(from)) {
                it.time.advance(Duration.ofSeconds(30));
                assertThat(askedInANewSession(it)).isEqualTo(from);
            }
        }
    }

    @Test
    void anAgeGrowsWithTime() {
        try (ClientFixture it = reading("2h")) {
            it.time.advance(Duration.ofSeconds(30));
            assertThat(askedInANewSession(it)).isEqualTo("7230s");
        }
    }

    @Test
    void aHighPriorityOfLongAgoDoesNotBringTheTimeSinceThenAgain() {
        try (ClientFixture it = reading("all")) {
            it.server.deliver(json("a", "1").toBuilder().priority(9).build(), 100);
            it.server.deliver(json("a", "2"), 1_000_000);
            assertThat(askedInANewSession(it)).isEqualTo("seq=1000001");
        }
    }
}
