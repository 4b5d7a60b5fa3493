package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class AckLedgerTest {
    private final AckLedger ledger = new AckLedger();
    private final List<String> wire = new ArrayList<>();

    private void write() throws IOException {
        ledger.write((tag, multiple) -> wire.add((multiple ? "up to " : "") + tag));
    }

    private void settle(long... tags) {
        for (long tag : tags) {
            ledger.settled(tag);
        }
    }

    @Test
    void aRunFromTheOldestOnIsOneFrame() throws IOException {
        settle(3, 1, 2);
        write();
        assertThat(wire).containsExactly("up to 3");
    }

    @Test
    void behindOneThatIsOpenEachIsToldAlone() throws IOException {
        settle(2, 4);
        write();
        settle(3);
        write();
        assertThat(wire).containsExactly("2", "4", "3");
    }

    @Test
    void whatIsKnownIsNotToldAgain() throws IOException {
        settle(2, 3);
        write();
        settle(1);
        write();
        write();
        assertThat(wire).containsExactly("2", "3", "up to 3");
        assertThat(ledger.hasNews()).isFalse();
    }

    @Test
    void aTagThatIsAcknowledgedAlreadyChangesNothing() throws IOException {
        settle(1);
        write();
        assertThat(ledger.settled(1)).isFalse();
        write();
        assertThat(wire).containsExactly("up to 1");
    }

    /** Against a server that refuses a tag it does not know, as RabbitMQ does by closing the channel. */
    @Test
    void inAnyOrderEveryTagIsAcknowledgedExactlyOnce() throws IOException {
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            AckLedger tried = new AckLedger();
            BitSet open = new BitSet();
            open.set(1, 501);
            AckLedger.Wire server = (tag, multiple) -> {
                assertThat(open.get((int) tag) || (multiple && open.nextSetBit(0) <= tag))
                        .as("unknown tag %d", tag)
                        .isTrue();
                open.clear(multiple ? 0 : (int) tag, (int) tag + 1);
            };
            List<Integer> tags = new ArrayList<>();
            for (int i = 1; i <= 500; i++) {
                tags.add(Math.min(tags.size(), Math.max(0, tags.size() - random.nextInt(20))), i);
            }
            for (int tag : tags) {
                tried.settled(tag);
                if (random.nextInt(7) == 0) {
                    tried.write(server);
                }
            }
            tried.write(server);
            assertThat(open.isEmpty()).as("seed %d", seed).isTrue();
        }
    }
}
