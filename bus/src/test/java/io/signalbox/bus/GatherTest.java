package io.signalbox.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.message.Query;
import io.signalbox.bus.query.Answers;
import io.signalbox.bus.query.Gather;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatherTest {
    record Price(String item) implements Query<Integer> {}

    private static final Duration LONG = Duration.ofSeconds(30);

    private final Bus bus = Bus.create();

    @AfterEach
    void close() {
        bus.close();
    }

    @Test
    void everybodyIsAskedAndEveryAnswerComesBack() {
        for (int i = 1; i <= 3; i++) {
            int price = i;
            bus.answer(Price.class, question -> price);
        }
        Answers<Integer> answers = bus.gather(new Price("book"), Gather.all(LONG));
        assertThat(answers.answers()).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(answers.asked()).isEqualTo(3);
        assertThat(answers.quorumReached()).isTrue();
        assertThat(answers.missing()).isZero();
    }

    @Test
    void aQuorumEndsTheWaitingAndInterruptsTheOthers() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(1);
        bus.answer(Price.class, question -> {
            started.await();
            return 1;
        });
        bus.answer(Price.class, question -> {
            started.await();
            return 2;
        });
        bus.answer(Price.class, question -> {
            try {
                started.countDown();
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return 3;
        });
        Answers<Integer> answers = bus.gather(new Price("book"), Gather.quorum(2, LONG));
        assertThat(answers.answers()).containsExactlyInAnyOrder(1, 2);
        assertThat(answers.quorumReached()).isTrue();
        assertThat(answers.missing()).isEqualTo(1);
        interrupted.await();
    }

    @Test
    void aQuorumThatCannotBeReachedIsSaidWithoutWaitingForTheTimeout() {
        bus.answer(Price.class, question -> 1);
        bus.answer(Price.class, question -> {
            throw new IllegalStateException("out of stock");
        });
        Answers<Integer> answers = bus.gather(new Price("book"), Gather.quorum(2, LONG));
        assertThat(answers.quorumReached()).isFalse();
        assertThat(answers.answers()).containsExactly(1);
        assertThat(answers.errors())
                .singleElement()
                .satisfies(error -> assertThat(error).hasMessage("out of stock"));
        assertThat(bus.gather(new Price("book"), Gather.quorum(3, LONG)).quorumReached())
                .isFalse();
    }

    @Test
    void whoDoesNotAnswerInTimeIsMissing() {
        bus.answer(Price.class, question -> {
            new CountDownLatch(1).await();
            return 1;
        });
        Answers<Integer> answers = bus.gather(new Price("book"), Gather.all(Duration.ofMillis(20)));
        assertThat(answers.missing()).isEqualTo(1);
        assertThat(answers.quorumReached()).isFalse();
    }

    @Test
    void nobodyToAskIsAnsweredAtOnce() {
        Answers<Integer> answers = bus.gather(new Price("book"), Gather.all(LONG));
        assertThat(answers.asked()).isZero();
        assertThat(answers.quorumReached()).isFalse();
    }

    @Test
    void aSessionsRespondersAreAskedTooButOnlyInIt() {
        bus.answer(Price.class, question -> 1);
        try (Session session = bus.session("job")) {
            session.answer(Price.class, question -> 2);
            assertThat(session.gather(new Price("book"), Gather.all(LONG)).answers())
                    .containsExactlyInAnyOrder(1, 2);
            assertThat(bus.gather(new Price("book"), Gather.all(LONG)).answers())
                    .containsExactly(1);
        }
    }
}
