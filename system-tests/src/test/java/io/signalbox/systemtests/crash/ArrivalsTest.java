package io.signalbox.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The judge itself, row by row of its table. */
class ArrivalsTest {
    private final Stream atLeastOnce = new Stream("t", 1, false);
    private final Stream atMostOnce = new Stream("t", 0, false);
    private final Stream exactlyOnce = new Stream("t", 2, false);

    @Test
    void theNextNumberIsRight() {
        Arrivals of = arrivals(atLeastOnce, 1, 2, 3);
        assertThat(of.findings()).isEmpty();
        assertThat(of.count()).isEqualTo(3);
    }

    @Test
    void aGapIsFound() {
        assertThat(arrivals(atLeastOnce, 1, 3).findings())
                .singleElement()
                .asString()
                .contains("gap: 3 follows 1");
    }

    @Test
    void aLateMessageIsOutOfOrder() {
        assertThat(arrivals(atLeastOnce, 1, 3, 2).findings()).last().asString().contains("out of order: 2 after 3");
    }

    @Test
    void anAcknowledgedMessageThatNeverComesIsLost() {
        publish(atLeastOnce, 3);
        Arrivals of = arrivals(atLeastOnce, 1, 2);
        assertThat(of.missing()).isOne();
        assertThat(of.findings())
                .singleElement()
                .asString()
                .contains("1 acknowledged messages never came, the first is 3");
    }

    @Test
    void atLeastOnceAllowsADuplicateThatIsMarked() {
        Arrivals of = arrivals(atLeastOnce, 1, 2);
        of.arrived(1, true);
        assertThat(of.findings()).isEmpty();
        assertThat(of.duplicates()).isOne();
    }

    @Test
    void atLeastOnceAllowsADuplicateOfTwoConnections() {
        Arrivals of = arrivals(atLeastOnce, 1);
        of.connectionBegins();
        of.arrived(1, false);
        assertThat(of.findings()).isEmpty();
    }

    @Test
    void atLeastOnceAllowsADuplicateThatThePublisherMade() {
        Arrivals of = arrivals(atLeastOnce, 1);
        atLeastOnce.sendAgain(1);
        of.arrived(1, false);
        assertThat(of.findings()).isEmpty();
    }

    @Test
    void atLeastOnceDoesNotAllowADuplicateWithoutReason() {
        assertThat(arrivals(atLeastOnce, 1, 1).findings())
                .singleElement()
                .asString()
                .contains("without DUP");
    }

    @Test
    void exactlyOnceAllowsNoDuplicateAtAll() {
        Arrivals of = arrivals(exactlyOnce, 1);
        exactlyOnce.sendAgain(1);
        of.connectionBegins();
        of.arrived(1, true);
        assertThat(of.findings()).singleElement().asString().contains("arrived twice: 1");
    }

    @Test
    void atMostOnceAllowsALossAndNothingElse() {
        publish(atMostOnce, 4);
        assertThat(arrivals(atMostOnce, 1, 4).findings()).isEmpty();
        assertThat(arrivals(atMostOnce, 1, 4).lag()).isZero();
        assertThat(arrivals(atMostOnce, 1, 4, 2).findings())
                .singleElement()
                .asString()
                .contains("out of order: 2");
        assertThat(arrivals(atMostOnce, 1, 1).findings())
                .singleElement()
                .asString()
                .contains("arrived twice: 1");
    }

    @Test
    void aGroupHasNoOrderButLosesNothing() {
        publish(atLeastOnce, 3);
        assertThat(arrivals(atLeastOnce, true, 3, 1, 1, 2).findings()).isEmpty();
        assertThat(arrivals(atLeastOnce, true, 3, 1).findings())
                .singleElement()
                .asString()
                .contains("never came");
        assertThat(arrivals(exactlyOnce, true, 2, 1, 2).findings())
                .singleElement()
                .asString()
                .contains("twice: 2");
    }

    private static void publish(Stream stream, int count) {
        for (int i = 0; i < count; i++) {
            stream.acknowledge(stream.next());
        }
    }

    private static Arrivals arrivals(Stream stream, int... sequences) {
        return arrivals(stream, false, sequences);
    }

    private static Arrivals arrivals(Stream stream, boolean group, int... sequences) {
        Arrivals of = new Arrivals("subscriber", stream, group);
        of.connectionBegins();
        for (int sequence : sequences) {
            of.arrived(sequence, false);
        }
        return of;
    }
}
