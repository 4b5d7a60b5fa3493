package io.signalbox.systemtests.sdk;

import static io.signalbox.systemtests.sdk.Sdk.PATIENCE;
import static io.signalbox.systemtests.sdk.Sdk.failure;
import static io.signalbox.systemtests.sdk.Sdk.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.application.Identity;
import io.signalbox.client.application.InterApplicationBus;
import io.signalbox.client.application.Source;
import io.signalbox.client.subscribe.Subscription;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.testkit.net.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract of docs/applications.md between real applications. */
class ApplicationsTest {
    private static ServerProcess server;

    @BeforeAll
    static void start() {
        server = ServerProcess.started();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static InterApplicationBus application(Identity identity, int port) {
        try {
            return InterApplicationBus.create("mqtt://127.0.0.1:" + port, identity);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InterApplicationBus connected(String uuid) {
        InterApplicationBus bus = application(Identity.of(uuid), server.mqttPort());
        join(bus.connect());
        return bus;
    }

    private static Subscription recording(InterApplicationBus bus, Source source, String topic, List<String> seen) {
        Subscription subscription = bus.subscribe(
                source, topic, String.class, (message, from, context) -> seen.add(context.topic() + ": " + message));
        join(subscription.granted());
        return subscription;
    }

    @Test
    void whatIsSentToOneApplicationReachesThatAlone() {
        List<String> one = new CopyOnWriteArrayList<>();
        List<String> two = new CopyOnWriteArrayList<>();
        try (InterApplicationBus sender = connected("send-a");
                InterApplicationBus first = connected("send-b");
                InterApplicationBus second = connected("send-c")) {
            recording(first, Source.anyone(), "task.*", one);
            recording(second, Source.anyone(), "task.*", two);
            join(sender.send("send-b", "task.run", "for b"));
            join(sender.publish("task.all", "for all").acknowledged());
            await().atMost(PATIENCE).until(() -> one.size() == 2 && two.size() == 1);
            assertThat(one).containsExactlyInAnyOrder("task.run: for b", "task.all: for all");
            assertThat(two).containsExactly("task.all: for all");
        }
    }

    @Test
    void whatIsSentToOneWindowReachesThatAlone() {
        List<String> left = new CopyOnWriteArrayList<>();
        List<String> right = new CopyOnWriteArrayList<>();
        Identity leftWindow = new Identity("desk", "left");
        try (InterApplicationBus sender = connected("window-sender");
                InterApplicationBus one = application(leftWindow, server.mqttPort());
                InterApplicationBus two = application(new Identity("desk", "right"), server.mqttPort())) {
            join(one.connect());
            join(two.connect());
            recording(one, Source.anyone(), "show", left);
            recording(two, Source.anyone(), "show", right);
            join(sender.send(leftWindow, "show", "left alone", null));
            join(sender.send("desk", "show", "both"));
            await().atMost(PATIENCE).until(() -> left.size() == 2 && right.size() == 1);
            assertThat(left).containsExactly("show: left alone", "show: both");
            assertThat(right).containsExactly("show: both");
        }
    }

    @Test
    void whatIsSentBeforeThereIsAListenerWaitsForIt() {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (InterApplicationBus sender = connected("hasty");
                InterApplicationBus slow = connected("slow-starter")) {
            join(sender.send("slow-starter", "task.run", "early"));
            recording(slow, Source.anyone(), "task.*", seen);
            await().atMost(PATIENCE).until(() -> seen.equals(List.of("task.run: early")));
        }
    }

    @Test
    void sendingToNobodyFails() {
        try (InterApplicationBus sender = connected("lonely")) {
            assertThat(failure(sender.send("not-there", "task", "x")))
                    .isInstanceOfSatisfying(
                            SignalboxException.class,
                            e -> assertThat(e.reason()).isEqualTo(ReasonCode.NO_RESPONDERS));
        }
    }

    @Test
    void sendingToAWindowThatIsNotThereFailsThoughAnotherOneIs() {
        try (InterApplicationBus sender = connected("window-misser");
                InterApplicationBus there = application(new Identity("half", "left"), server.mqttPort())) {
            join(there.connect());
            assertThat(failure(sender.send(new Identity("half", "right"), "show", "x", null)))
                    .isInstanceOfSatisfying(
                            SignalboxException.class,
                            e -> assertThat(e.reason()).isEqualTo(ReasonCode.NO_RESPONDERS));
            assertThat(failure(there.send(new Identity("half", "right"), "show", "x", null)))
                    .isInstanceOf(SignalboxException.class);
        }
    }

    @Test
    void aSubscriptionToOneSourceHearsThatAlone() {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (InterApplicationBus listener = connected("picky");
                InterApplicationBus wanted = connected("wanted");
                InterApplicationBus other = connected("other")) {
            Subscription subscription = recording(listener, Source.application("wanted"), "news", seen);
            join(other.publish("news", "from other").acknowledged());
            join(wanted.publish("news", "from wanted").acknowledged());
            await().atMost(PATIENCE).until(() -> seen.size() == 1);
            assertThat(seen).containsExactly("news: from wanted");
            subscription.close();
            await().atMost(PATIENCE)
                    .until(() -> !join(wanted.publish("news", "to nobody").acknowledged())
                            .subscribers());
        }
    }

    @Test
    void comingAndGoingIsHeard() {
        List<String> events = new CopyOnWriteArrayList<>();
        try (InterApplicationBus watcher = application(Identity.of("watcher"), server.mqttPort())) {
            watcher.addConnectedListener(identity -> events.add("+" + identity.text()));
            watcher.addDisconnectedListener(identity -> events.add("-" + identity.text()));
            join(watcher.connect());
            InterApplicationBus guest = connected("guest");
            await().atMost(PATIENCE).until(() -> events.contains("+guest"));
            assertThat(watcher.applications()).contains(Identity.of("guest"));
            guest.close();
            await().atMost(PATIENCE).until(() -> events.contains("-guest"));
            assertThat(watcher.applications()).doesNotContain(Identity.of("guest"));
        }
    }

    @Test
    void whoeverSubscribesToOneByNameIsHeard() {
        List<String> events = new CopyOnWriteArrayList<>();
        try (InterApplicationBus publisher = connected("publisher");
                InterApplicationBus reader = connected("reader")) {
            publisher.addSubscribeListener((uuid, topic, name) -> events.add("+" + uuid + " " + topic));
            publisher.addUnsubscribeListener((uuid, topic, name) -> events.add("-" + uuid + " " + topic));
            Subscription subscription =
                    recording(reader, Source.application("publisher"), "a.*.c", new CopyOnWriteArrayList<>());
            recording(reader, Source.anyone(), "anybodys", new CopyOnWriteArrayList<>());
            await().atMost(PATIENCE).until(() -> events.equals(List.of("+reader a.*.c")));
            subscription.close();
            await().atMost(PATIENCE).until(() -> events.equals(List.of("+reader a.*.c", "-reader a.*.c")));
        }
    }

    @Test
    void whatIsSentWithinTheGraceIsDeliveredOnReturn() {
        List<String> seen = new CopyOnWriteArrayList<>();
        List<String> gone = new CopyOnWriteArrayList<>();
        try (TcpProxy line = new TcpProxy(server.mqttPort());
                InterApplicationBus sender = connected("grace-sender");
                InterApplicationBus shaky = application(Identity.of("shaky"), line.port())) {
            sender.addDisconnectedListener(identity -> gone.add(identity.text()));
            join(shaky.connect());
            recording(shaky, Source.anyone(), "while.away", seen);
            await().atMost(PATIENCE).until(() -> sender.applications().contains(Identity.of("shaky")));

            line.refuse(true);
            line.cut();
            await().atMost(PATIENCE).until(() -> shaky.client().offlineSince().isPresent());
            join(sender.send("shaky", "while.away", "sent"));
            join(sender.publish("while.away", "published").acknowledged());
            var own = shaky.publish("while.away", "its own");
            line.refuse(false);

            await().atMost(PATIENCE).until(() -> seen.size() == 3);
            assertThat(seen)
                    .containsExactlyInAnyOrder("while.away: sent", "while.away: published", "while.away: its own");
            join(own.acknowledged());
            assertThat(gone).as("it was back within its grace").isEmpty();
        }
    }

    @Test
    void aLateJoinerHearsOfThePast() {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (InterApplicationBus sender = connected("early-bird");
                InterApplicationBus late = connected("late-joiner")) {
            for (int i = 0; i < 5; i++) {
                join(sender.publish("said.before", "" + i).acknowledged());
            }
            join(late.subscribe(
                            Source.anyone(),
                            "said.before",
                            String.class,
                            "last=2",
                            (message, source, context) -> seen.add(message))
                    .granted());
            await().atMost(PATIENCE).until(() -> seen.equals(List.of("3", "4")));
        }
    }
}
