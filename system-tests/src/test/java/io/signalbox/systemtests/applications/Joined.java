package io.signalbox.systemtests.applications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.systemtests.process.ServerProcess;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.Arguments;

/** A server, a Node.js, and applications that are closed after each test. */
abstract class Joined {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    static ServerProcess server;
    static Place place;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    @BeforeAll
    static void start() {
        server = ServerProcess.started();
        place = new Place(new Node(), server.mqttPort(), server.httpPort());
    }

    @AfterAll
    static void stop() {
        place.node().close();
        server.close();
    }

    /** The last one first: an application before the line that it says goodbye by. */
    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each = opened.pollLast(); each != null; each = opened.pollLast()) {
            each.close();
        }
    }

    final <T extends AutoCloseable> T closedInTheEnd(T resource) {
        opened.addLast(resource);
        return resource;
    }

    /** Either language on either side. */
    static Stream<Arguments> pairs() {
        return Arrays.stream(Language.values())
                .flatMap(one -> Arrays.stream(Language.values()).map(other -> Arguments.of(one, other)));
    }

    /** A name that no other test has. */
    static String unique(String begin) {
        return begin.toLowerCase(Locale.ROOT) + NUMBERS.incrementAndGet();
    }

    final Application open(Language language, String uuid, String name) {
        return open(language, place, uuid, name, Terms.USUAL);
    }

    /** With the one window that is named as it is. */
    final Application open(Language language, String uuid) {
        return open(language, uuid, uuid);
    }

    final Application open(Language language, Place where, String uuid, String name, Terms terms) {
        Application application = closedInTheEnd(language.open(where, uuid, name, terms));
        application.connect();
        return application;
    }

    static void await(Runnable assertion) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).untilAsserted(assertion::run);
    }

    /** What it heard of one kind, without the word for it. */
    static List<String> heard(Application application, String word) {
        String begin = word + " ";
        return application.heard().stream()
                .filter(line -> line.startsWith(begin))
                .map(line -> line.substring(begin.length()))
                .toList();
    }

    static List<String> messages(Application application, String topic) {
        return heard(application, "message").stream()
                .filter(line -> line.startsWith(topic + " "))
                .map(line -> line.substring(topic.length() + 1))
                .toList();
    }

    static void assertRefused(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Application.Refused.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }
}
