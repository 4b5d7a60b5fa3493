package io.signalbox.client.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.client.connection.Link;
import io.signalbox.client.connection.LinkEvents;
import io.signalbox.client.connection.LinkLoss;
import io.signalbox.client.fake.FakeServer;
import io.signalbox.client.fake.FakeServer.Verdict;
import io.signalbox.codec.Codecs;
import io.signalbox.error.ReasonCode;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.transport.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PresenceTest {
    private final FakeServer server = new FakeServer().up();
    private final List<Runnable> later = new ArrayList<>();
    private final List<Long> pauses = new ArrayList<>();
    private final Presence presence =
            new Presence(new Identity("me", "left"), Codecs.load(), new ManualTimeSource(), this::later);

    private void later(long millis, Runnable what) {
        pauses.add(millis);
        later.add(what);
    }

    private void connect() {
        Link link = server.open(new LinkEvents() {
                    @Override
                    public void arrived(Message message, long sequence, Settling settling) {
                        throw new AssertionError("nothing is delivered here");
                    }

                    @Override
                    public void lost(LinkLoss loss) {
                        presence.linkDown();
                    }
                })
                .toCompletableFuture()
                .join();
        presence.linkUp(link);
    }

    @Test
    void itIsToldWithEachConnectionAndEachChangeByARetainedDocument() {
        presence.add(Source.window("you", "you"), "early");
        connect();
        presence.add(Source.application("you"), "late/+");
        assertThat(server.payloads())
                .containsExactly(
                        "{\"uuid\":\"me\",\"name\":\"left\",\"connectedAt\":" + new ManualTimeSource().millis()
                                + ",\"subscriptions\":[{\"source\":\"you/you\",\"topic\":\"early\"}]}",
                        "{\"uuid\":\"me\",\"name\":\"left\",\"connectedAt\":" + new ManualTimeSource().millis()
                                + ",\"subscriptions\":[{\"source\":\"you/you\",\"topic\":\"early\"},"
                                + "{\"source\":\"you\",\"topic\":\"late/+\"}]}");
        assertThat(server.published()).allSatisfy(message -> {
            assertThat(message.topic().text()).isEqualTo("apps/me/presence/left");
            assertThat(message.retain()).isTrue();
            assertThat(message.properties().idempotencyKey())
                    .as("not by the spool")
                    .isNull();
        });
        server.cut(LinkLoss.of("test"));
        connect();
        assertThat(server.published()).hasSize(3);
    }

    @Test
    void whatIsRefusedIsToldAgain() {
        server.answer(message -> new Verdict.Refused(new Refusal(ReasonCode.QUOTA_EXCEEDED, "busy"), true));
        connect();
        later.getLast().run();
        later.getLast().run();
        assertThat(pauses).containsExactly(1_000L, 2_000L, 4_000L);
        server.answer(message -> FakeServer.TAKEN);
        later.getLast().run();
        assertThat(server.published()).hasSize(4);
        assertThat(later).as("it is known now").hasSize(3);
    }

    @Test
    void anAnswerThatIsLostWithItsConnectionKeepsNothingFromBeingTold() {
        server.answer(message -> new Verdict.Silent());
        connect();
        presence.add(Source.anyone(), "x");
        assertThat(server.published()).as("one at a time").hasSize(1);
        server.answer(message -> FakeServer.TAKEN);
        server.cut(LinkLoss.of("test"));
        connect();
        assertThat(server.payloads().getLast()).contains("\"topic\":\"x\"");
    }

    @Test
    void itHasLeftWhenTheServerHasTakenTheEmptyDocument() {
        connect();
        server.answer(message -> new Verdict.Silent());
        var gone = presence.leave().toCompletableFuture();
        assertThat(server.payloads().getLast()).isEmpty();
        assertThat(gone).isNotDone();
        server.answer(message -> FakeServer.TAKEN);
        server.cut(LinkLoss.of("test"));
        assertThat(gone).isNotDone();
        connect();
        assertThat(server.payloads().getLast()).isEmpty();
        assertThat(gone).isCompleted();
    }
}
