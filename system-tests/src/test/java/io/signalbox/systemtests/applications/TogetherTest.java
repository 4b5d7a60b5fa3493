package io.signalbox.systemtests.applications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.time.TimeSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the contract of docs/applications.md says of two applications, in whichever language each is written. */
class TogetherTest extends Joined {
    private static final long MINUTE_MILLIS = 60_000;

    @ParameterizedTest
    @MethodSource("pairs")
    void whatIsPublishedComesWithItsSourceItsTopicAndItsCorrelationId(Language from, Language to) {
        String market = unique("market");
        String feed = unique("feed");
        Application sender = open(from, feed);
        Application receiver = open(to, unique("blotter"));
        receiver.subscribe("*", market + ".*.prices");
        receiver.subscribe("*", market + ".#");
        sender.publish(market + ".AAPL.prices", Map.of("price", 150.25), "trace-4711");
        sender.publish(market + ".AAPL.volumes", 17);
        sender.publish(market + ".caf\u00e9 50%25.prices", "text");

        String source = " from " + feed + "/" + feed;
        String first = market + ".AAPL.prices {\"price\":150.25}" + source + " traced trace-4711";
        String last = market + ".caf\u00e9 50%25.prices \"text\"" + source;
        await(() -> assertThat(heard(receiver, "message"))
                .containsExactlyInAnyOrder(first, first, market + ".AAPL.volumes 17" + source, last, last));
        await(() -> assertThat(receiver.contexts()).hasSize(5));
        assertThat(receiver.contexts()).allSatisfy(context -> {
            assertThat(String.valueOf(context.get("id"))).matches("[0-9a-f-]{36}");
            assertThat((Long) context.get("time"))
                    .isCloseTo(TimeSource.monotonic().millis(), within(MINUTE_MILLIS));
            assertThat(context.get("headers")).as("headers of the application").isEqualTo(List.of());
        });
        assertThat(receiver.contexts().stream()
                        .map(context -> context.get("id"))
                        .distinct())
                .hasSize(3);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void whatIsSentGoesToAllWindowsOfOneApplicationOrToOneOfThem(Language from, Language to) {
        String task = unique("task");
        String desk = unique("desk");
        Application sender = open(from, unique("sender"));
        Application main = open(to, desk);
        Application left = open(to, desk, "left");
        Application stranger = open(to, unique("stranger"));
        for (Application each : List.of(main, left, stranger)) {
            each.subscribe("*", task + ".#");
        }
        sender.send(desk, task + ".new", "both");
        sender.send(desk + "/left", task + ".new", "left");
        sender.send(desk + "/" + desk, task + ".new", "main");
        sender.publish(task + ".new", "all");

        await(() -> {
            assertThat(payloads(main, task + ".new")).containsExactlyInAnyOrder("\"both\"", "\"main\"", "\"all\"");
            assertThat(payloads(left, task + ".new")).containsExactlyInAnyOrder("\"both\"", "\"left\"", "\"all\"");
            assertThat(payloads(stranger, task + ".new")).containsExactly("\"all\"");
        });
        assertRefused("NO_RESPONDERS", () -> sender.send(unique("nobody"), task + ".new", 1));
    }

    private static List<String> payloads(Application application, String topic) {
        return messages(application, topic).stream()
                .map(line -> line.substring(0, line.indexOf(" from ")))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void whatIsSentBeforeAnybodyListensWaitsForTheFirstWhoDoes(Language from, Language to) {
        String topic = unique("early");
        String receiving = unique("receiver");
        Application sender = open(from, unique("sender"));
        Application receiver = open(to, receiving);
        await(() -> assertThat(sender.applications()).contains(receiving + "/" + receiving));
        sender.send(receiving, topic, "for you");
        receiver.subscribe("*", topic);
        await(() -> assertThat(payloads(receiver, topic)).containsExactly("\"for you\""));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aSubscriptionToOneApplicationOrOneWindowOfItHearsThatAlone(Language from, Language to) {
        String news = unique("news");
        String agency = unique("agency");
        Application main = open(from, agency);
        Application second = open(from, agency, "second");
        Application other = open(from, unique("other"));
        Application reader = open(to, unique("reader"));
        reader.subscribe(agency, news + ".any");
        reader.subscribe(agency + "/" + agency, news + ".main");
        reader.subscribe(agency + "/second", news + ".second");
        reader.subscribe("*", news + ".end");
        for (Application each : List.of(other, main, second)) {
            each.publish(news + ".any", 1);
            each.publish(news + ".main", 1);
            each.publish(news + ".second", 1);
        }
        // Behind all of them.
        other.publish(news + ".end", 1);
        await(() -> assertThat(messages(reader, news + ".end")).hasSize(1));
        assertThat(messages(reader, news + ".any"))
                .containsExactly("1 from " + agency + "/" + agency, "1 from " + agency + "/second");
        assertThat(messages(reader, news + ".main")).containsExactly("1 from " + agency + "/" + agency);
        assertThat(messages(reader, news + ".second")).containsExactly("1 from " + agency + "/second");
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void whoComesAndGoesIsHeardAlsoByWhoComesLater(Language from, Language to) {
        String guest = unique("guest");
        String watching = unique("watcher");
        Application watcher = open(to, watching);
        Application visitor = open(from, guest, "door");
        await(() -> assertThat(heard(watcher, "connected")).contains(guest + "/door"));

        String joining = unique("late");
        Application late = open(to, joining);
        await(() -> assertThat(late.applications())
                .contains(guest + "/door", watching + "/" + watching, joining + "/" + joining));
        // It knows of them before its listeners are told.
        await(() -> assertThat(heard(late, "connected")).contains(guest + "/door", watching + "/" + watching));
        assertThat(heard(late, "connected")).as("nobody is told of himself").doesNotContain(joining + "/" + joining);

        visitor.close();
        for (Application each : List.of(watcher, late)) {
            await(() -> assertThat(heard(each, "disconnected")).contains(guest + "/door"));
            assertThat(each.applications()).doesNotContain(guest + "/door");
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void whoListensToOneByNameIsHeardUntilItDoesSoNoLonger(Language from, Language to) {
        String publishing = unique("publisher");
        String reading = unique("reader");
        Application publisher = open(to, publishing);
        Application reader = open(from, reading, "pane");
        String who = reading + "/pane ";
        reader.subscribe(publishing, "a.*.c");
        reader.subscribe("*", "anybody's");
        reader.subscribe(publishing + "/other", "not.this.window");
        reader.subscribe(publishing + "/" + publishing, "b.#");
        await(() -> assertThat(heard(publisher, "subscribed")).containsExactly(who + "a.*.c", who + "b.#"));
        reader.unsubscribe(publishing, "a.*.c");
        await(() -> assertThat(heard(publisher, "unsubscribed")).containsExactly(who + "a.*.c"));
        reader.close();
        await(() -> {
            assertThat(heard(publisher, "unsubscribed")).containsExactly(who + "a.*.c", who + "b.#");
            assertThat(heard(publisher, "disconnected")).contains(reading + "/pane");
        });
        assertThat(heard(publisher, "subscribed")).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aQuestionIsAnsweredOrItsFailureTold(Language from, Language to) {
        String topic = unique("limit") + ".check";
        Application asking = open(from, unique("asking"));
        assertRefused("NO_RESPONDERS", () -> asking.request(topic, 1));
        Application answering = open(to, unique("answering"));
        answering.respond(topic);
        assertThat(asking.request(topic, Map.of("book", 7))).isEqualTo(Map.of("asked", Map.of("book", 7)));
        assertThatThrownBy(() -> asking.request(topic, "unbearable"))
                .isInstanceOfSatisfying(
                        Application.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo("REPLY_FAILED"))
                .hasMessageContaining("cannot bear it");
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aLateJoinerHasThePastByASubscriptionByHistoryAndByReplay(Language from, Language to) {
        String topic = unique("said") + ".before";
        String speaking = unique("speaker");
        Application speaker = open(from, speaking, "podium");
        for (int i = 0; i < 5; i++) {
            speaker.publish(topic, Map.of("n", i), "trace-" + i);
        }
        Application joiner = open(to, unique("joiner"));
        joiner.subscribe("*", topic, "last=2");
        speaker.publish(topic, Map.of("n", 5), "trace-5");
        List<String> all = List.of(0, 1, 2, 3, 4, 5).stream()
                .map(n -> "{\"n\":" + n + "} from " + speaking + "/podium traced trace-" + n)
                .toList();
        await(() -> assertThat(messages(joiner, topic)).isEqualTo(all.subList(3, 6)));
        List<String> whole = all.stream().map(line -> topic + " " + line).toList();
        assertThat(joiner.history(topic, 4)).isEqualTo(whole.subList(2, 6));
        assertThat(joiner.replay(topic, "1h")).isEqualTo(whole);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void whatAnotherCannotBearIsFoundAmongTheDeadLetters(Language from, Language to) {
        String topic = unique("dead") + ".topic";
        String sending = unique("sender");
        Application sender = open(from, sending);
        Application failing = open(to, unique("failing"));
        failing.subscribe("*", topic);
        sender.publish(topic, "unbearable", "trace-13");
        String letter = topic + " \"unbearable\" from " + sending + "/" + sending + " traced trace-13";
        await(() -> assertThat(sender.deadLetters()).contains(letter));
        assertThat(failing.deadLetters()).contains(letter);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void statisticsTellOfOneselfOfTheOthersAndOfTheServer(Language from, Language to) {
        String topic = unique("counted");
        String sending = unique("sender");
        String receiving = unique("receiver");
        Application sender = open(from, sending);
        Application receiver = open(to, receiving);
        receiver.subscribe("*", topic);
        for (int i = 0; i < 3; i++) {
            sender.publish(topic, i);
        }
        await(() -> assertThat(messages(receiver, topic)).hasSize(3));
        await(() -> assertThat(sender.figures())
                .containsEntry("published", 3L)
                .containsEntry("delivered", 0L)
                .containsEntry("pending", 0L)
                .containsEntry("reconnects", 0L));
        await(() ->
                assertThat(receiver.figures()).containsEntry("published", 0L).containsEntry("delivered", 3L));
        for (Application each : List.of(sender, receiver)) {
            assertThat(each.figures().get("exactRoutes")).isPositive();
            assertThat(each.figures().get("connected")).isGreaterThanOrEqualTo(2L);
            await(() -> assertThat(each.applications()).contains(sending + "/" + sending, receiving + "/" + receiving));
        }
    }
}
