package io.signalbox.systemtests.applications;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.testkit.net.TcpProxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Applications whose connection is lost, within their grace and beyond it. */
class LossTest extends Joined {
    private static final int COUNT = 10;

    @SuppressWarnings("NullAway.Init") // before each
    private TcpProxy line;

    @BeforeEach
    void openLine() {
        line = closedInTheEnd(new TcpProxy(server.mqttPort()));
    }

    private void lose(Application... applications) {
        line.refuse(true);
        line.cut();
        for (Application each : applications) {
            await(() -> assertThat(each.connected()).isFalse());
        }
    }

    private static List<String> numbered(String source) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            all.add(i + " from " + source);
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void whoIsLostForAWhileMissesNothingLosesNothingAndIsNotMissed(Language ofLost, Language ofOther) {
        String topic = unique("grace");
        String losing = unique("lost");
        String staying = unique("other");
        Application other = open(ofOther, staying);
        Application lost = open(ofLost, place.over(line.port()), losing, losing, Terms.USUAL);
        lost.subscribe("*", topic + ".out");
        lost.subscribe(staying, topic + ".inbox");
        other.subscribe(losing, topic + ".back");
        await(() -> assertThat(other.applications()).contains(losing + "/" + losing));

        lose(lost);
        for (int i = 0; i < COUNT; i++) {
            other.publish(topic + ".out", i);
            other.send(losing, topic + ".inbox", i);
            lost.put(topic + ".back", i);
        }
        line.refuse(false);

        String source = staying + "/" + staying;
        await(() -> {
            assertThat(messages(lost, topic + ".out")).isEqualTo(numbered(source));
            assertThat(messages(lost, topic + ".inbox")).isEqualTo(numbered(source));
            assertThat(messages(other, topic + ".back")).isEqualTo(numbered(losing + "/" + losing));
        });
        assertThat(heard(other, "disconnected")).doesNotContain(losing + "/" + losing);
        assertThat(heard(other, "unsubscribed")).isEmpty();
        assertThat(lost.figures().get("reconnects")).isPositive();
        await(() -> assertThat(lost.figures()).containsEntry("pending", 0L));
    }

    /** One of each language is lost, stays, leaves and comes: the retained documents alone tell who is there. */
    @Test
    void whoComesBackWhenItsSessionIsGoneKnowsWhoStayedWhoLeftAndWhoCame() {
        String topic = unique("again");
        Map<Language, Application> lost = new EnumMap<>(Language.class);
        Map<Language, Application> leaving = new EnumMap<>(Language.class);
        Map<Language, Application> staying = new EnumMap<>(Language.class);
        for (Language language : Language.values()) {
            leaving.put(language, open(language, topic + "-leaving-" + language));
            staying.put(language, open(language, topic + "-staying-" + language));
            lost.put(
                    language,
                    open(language, place.over(line.port()), topic + "-lost-" + language, "window", Terms.SHORT_GRACE));
            lost.get(language).subscribe("*", topic);
        }
        for (Application each : lost.values()) {
            await(() -> assertThat(each.applications()).containsAll(named(topic, "leaving", "staying")));
        }

        lose(lost.values().toArray(Application[]::new));
        for (Application each : staying.values()) {
            await(() -> assertThat(heard(each, "disconnected")).containsAll(windows(topic)));
        }
        leaving.values().forEach(Application::close);
        for (Language language : Language.values()) {
            open(language, topic + "-coming-" + language);
        }
        lost.values().forEach(each -> each.put(topic + ".back", 1));
        staying.values().forEach(each -> each.subscribe("*", topic + ".back"));
        line.refuse(false);

        for (Application each : lost.values()) {
            await(() -> {
                assertThat(heard(each, "connected")).containsAll(named(topic, "coming"));
                assertThat(heard(each, "disconnected")).containsAll(named(topic, "leaving"));
            });
            assertThat(heard(each, "disconnected"))
                    .doesNotContainAnyElementsOf(named(topic, "staying", "coming"))
                    .doesNotContainAnyElementsOf(windows(topic));
            assertThat(each.applications()).containsAll(named(topic, "staying", "coming"));
        }
        for (Application each : staying.values()) {
            await(() -> {
                assertThat(each.applications()).containsAll(windows(topic));
                assertThat(messages(each, topic + ".back")).hasSize(2);
            });
            each.publish(topic, 1);
        }
        for (Application each : lost.values()) {
            await(() -> assertThat(messages(each, topic)).hasSize(2));
        }
    }

    /** Nobody is told that the line is dead: the server notices by the heartbeat, and the application by its answer. */
    @Test
    void whoFallsSilentIsGivenUpAndMissedAndIsThereAgainWhenItIsHeard() {
        String topic = unique("silent");
        Map<Language, Application> silent = new EnumMap<>(Language.class);
        for (Language language : Language.values()) {
            String uuid = topic + "-lost-" + language;
            silent.put(language, open(language, place.over(line.port()), uuid, "window", Terms.SHORT));
        }
        List<Application> others = new ArrayList<>();
        for (Language language : Language.values()) {
            others.add(open(language, topic + "-other-" + language));
        }
        others.forEach(each -> await(() -> assertThat(heard(each, "connected")).containsAll(windows(topic))));

        line.hold(true);
        others.forEach(
                each -> await(() -> assertThat(heard(each, "disconnected")).containsAll(windows(topic))));
        line.hold(false);
        others.forEach(each -> await(() -> {
            assertThat(windows(topic)).allMatch(window -> Collections.frequency(heard(each, "connected"), window) >= 2);
            assertThat(each.applications()).containsAll(windows(topic));
        }));
    }

    private static List<String> named(String topic, String... kinds) {
        List<String> all = new ArrayList<>();
        for (String kind : kinds) {
            for (Language language : Language.values()) {
                String uuid = topic + "-" + kind + "-" + language;
                all.add(uuid + "/" + uuid);
            }
        }
        return all;
    }

    private static List<String> windows(String topic) {
        return List.of(
                topic + "-lost-" + Language.JAVA + "/window", topic + "-lost-" + Language.JAVASCRIPT + "/window");
    }

    @Test
    void aProcessOfNodeEndsByItselfWhenItsApplicationIsClosed() {
        try (Node node = new Node()) {
            Place own = new Place(node, line.port(), server.httpPort());
            Application application = Language.JAVASCRIPT.open(own, unique("short"), "lived", Terms.USUAL);
            application.connect();
            application.subscribe("*", "short.lived");
            application.publish("short.lived", 1);
            application.close();
            assertThat(node.call(0, "timers").asInt())
                    .as("timers that keep the process alive")
                    .isZero();
            assertThat(node.awaitEnd()).isZero();
        }
    }
}
