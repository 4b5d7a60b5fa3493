package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.bus.context.CurrentMessage;
import io.signalbox.bus.deadletter.DeadLetter;
import io.signalbox.bus.lifecycle.SessionEnded;
import io.signalbox.bus.lifecycle.SessionStarted;
import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.PublishResult;
import io.signalbox.bus.message.Reason;
import io.signalbox.bus.retry.RetryPolicy;
import io.signalbox.bus.session.StateKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionTest {
    record Who() implements Command<String> {}

    record Progress(int percent) implements Event {}

    private final ManualScheduler time = new ManualScheduler();
    private final Bus bus = Bus.builder()
            .scheduler(time)
            .drainTimeout(Duration.ofMillis(10))
            .errorHandler((envelope, handler, error, attempts) -> {})
            .build();

    @AfterEach
    void close() {
        bus.close();
    }

    @Test
    void aSessionsOwnHandlerComesBeforeThatOfTheSessionAroundItAndThatOfTheBus() {
        bus.handle(Who.class, who -> "bus");
        try (Session outer = bus.session("outer");
                Session inner = outer.session("inner")) {
            assertThat(inner.execute(new Who()).orElseThrow()).isEqualTo("bus");
            outer.handle(Who.class, who -> "outer");
            assertThat(inner.execute(new Who()).orElseThrow()).isEqualTo("outer");
            var own = inner.handle(Who.class, who -> "inner");
            assertThat(inner.execute(new Who()).orElseThrow()).isEqualTo("inner");
            assertThat(outer.execute(new Who()).orElseThrow()).isEqualTo("outer");
            assertThat(bus.execute(new Who()).orElseThrow()).isEqualTo("bus");
            own.close();
            assertThat(inner.execute(new Who()).orElseThrow()).isEqualTo("outer");
        }
        assertThat(bus.execute(new Who()).orElseThrow()).isEqualTo("bus");
    }

    @Test
    void handlersOfASessionSeeItsMessagesAlone() {
        List<String> heard = new ArrayList<>();
        bus.subscribe(Progress.class, p -> heard.add("bus " + p.percent()));
        try (Session a = bus.session("a");
                Session b = bus.session("b")) {
            a.subscribe(Progress.class, p -> heard.add("a " + p.percent()));
            b.subscribe(Progress.class, p -> heard.add("b " + p.percent()));
            a.publish(new Progress(1));
            b.publish(new Progress(2));
            bus.publish(new Progress(3));
            time.run();
            assertThat(heard).containsExactlyInAnyOrder("a 1", "bus 1", "b 2", "bus 2", "bus 3");
            assertThat(a.session("inner").publish(new Progress(4))).isEqualTo(PublishResult.ACCEPTED);
            time.run();
            assertThat(heard).contains("a 4", "bus 4").doesNotContain("b 4");
        }
    }

    @Test
    void whatAMessageOfASessionCausesBelongsToTheSession() {
        List<String> sessions = new ArrayList<>();
        bus.handle(Who.class, who -> {
            bus.publish(new Progress(1));
            return "ok";
        });
        bus.subscribe(
                Progress.class,
                p -> sessions.add(
                        CurrentMessage.envelope().session().orElseThrow().id()));
        try (Session session = bus.session("job-123")) {
            session.execute(new Who());
            time.run();
        }
        assertThat(sessions).containsExactly("job-123");
    }

    @Test
    void closingDrainsWhatIsQueued() {
        List<Integer> heard = new ArrayList<>();
        Session session = bus.session("job");
        session.subscribe(Progress.class, p -> heard.add(p.percent()));
        for (int i = 0; i < 5; i++) {
            session.publish(new Progress(i));
        }
        assertThat(session.close(Duration.ofSeconds(1))).isZero();
        assertThat(heard).containsExactly(0, 1, 2, 3, 4);
        assertThat(bus.deadLetters().size()).isZero();
    }

    @Test
    void whatIsNotHandledInTimeIsDeadLetteredAsSessionClosed() {
        Session session = bus.session("job");
        session.subscribe(
                Progress.class,
                p -> {
                    throw new IllegalStateException("down");
                },
                io.signalbox.bus.handler.HandlerOptions.DEFAULT.withRetry(RetryPolicy.delivery()));
        session.publish(new Progress(1));
        time.run();
        assertThat(session.close(Duration.ofMillis(100))).isEqualTo(1);
        time.advance(Duration.ofSeconds(2));
        assertThat(bus.deadLetters().list()).extracting(DeadLetter::reason).containsExactly(Reason.SESSION_CLOSED);
        assertThat(bus.ledger().event(Progress.class).pending()).isZero();
    }

    @Test
    void whatIsStillQueuedWhenTheTimeoutIsOverIsNotHandled() {
        List<Integer> heard = new ArrayList<>();
        bus.subscribe(Progress.class, p -> heard.add(p.percent()));
        Session session = bus.session("job");
        session.publish(new Progress(1));
        assertThat(session.close(null)).isEqualTo(1);
        time.run();
        assertThat(heard).isEmpty();
        assertThat(bus.deadLetters().list()).singleElement().satisfies(letter -> {
            assertThat(letter.reason()).isEqualTo(Reason.SESSION_CLOSED);
            assertThat(letter.envelope().message()).isEqualTo(new Progress(1));
        });
    }

    @Test
    void aClosedSessionTakesNothingMore() {
        Session session = bus.session("job");
        bus.subscribe(Progress.class, p -> {});
        bus.handle(Who.class, who -> "bus");
        session.close();
        session.close();
        assertThat(session.isOpen()).isFalse();
        assertThat(session.publish(new Progress(1)))
                .isInstanceOfSatisfying(
                        PublishResult.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.SESSION_CLOSED));
        assertThat(session.execute(new Who()))
                .isInstanceOfSatisfying(
                        CommandResult.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(Reason.SESSION_CLOSED));
        assertThatThrownBy(() -> session.subscribe(Progress.class, p -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("job");
        assertThatThrownBy(() -> session.session("inner")).isInstanceOf(IllegalStateException.class);
        assertThat(bus.findSession("job")).isEmpty();
    }

    @Test
    void closingASessionClosesThoseNestedInIt() {
        Session outer = bus.session("outer");
        Session inner = outer.session("inner");
        Session innermost = inner.session("innermost");
        outer.close();
        assertThat(inner.isOpen()).isFalse();
        assertThat(innermost.isOpen()).isFalse();
        assertThat(bus.status().openSessions()).isZero();
        assertThat(bus.status().registeredHandlers()).isZero();
    }

    @Test
    void aSessionClosedByItsOwnHandlerDoesNotWaitForItself() {
        Session session = bus.session("job");
        session.handle(Who.class, who -> {
            session.close(Duration.ofHours(1));
            return "closed";
        });
        long before = time.nowMillis();
        assertThat(session.execute(new Who()).orElseThrow()).isEqualTo("closed");
        assertThat(time.nowMillis()).isEqualTo(before);
    }

    @Test
    void twoOpenSessionsCannotHaveOneId() {
        try (Session first = bus.session("job")) {
            assertThatThrownBy(() -> bus.session("job"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("'job'");
            assertThat(bus.findSession("job")).contains(first);
        }
        bus.session("job").close();
    }

    @Test
    void stateLivesAsLongAsTheSession() {
        StateKey<Integer> count = new StateKey<>("count", Integer.class);
        Session session = bus.session("job");
        assertThat(session.get(count)).isEmpty();
        assertThat(session.put(count, 1)).isEmpty();
        assertThat(session.put(count, 2)).contains(1);
        assertThat(session.get(count)).contains(2);
        assertThat(session.remove(count)).contains(2);
        session.close();
        assertThatThrownBy(() -> session.get(count)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void startAndEndAreToldAsEvents() {
        List<Object> told = new ArrayList<>();
        bus.subscribe(SessionStarted.class, told::add);
        bus.subscribe(SessionEnded.class, told::add);
        bus.session("job").close();
        time.run();
        assertThat(told).containsExactly(new SessionStarted("job"), new SessionEnded("job", 0));
    }
}
