package io.signalbox.transports.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class AckLedgerTest {
    private final AckLedger ledger = new AckLedger();
    private final Map<Long, AckLedger.Open> open = new HashMap<>();
    private final List<String> wire = new ArrayList<>();

    private void deliver(int count) {
        for (int i = 0; i < count; i++) {
            long tag = open.size() + 1L;
            open.put(tag, ledger.delivered(tag));
        }
    }

    private void write() throws IOException {
        ledger.write((tag, multiple) -> wire.add((multiple ? "up to " : "") + tag));
    }

    private void settle(long... tags) {
        for (long tag : tags) {
            ledger.settled(Objects.requireNonNull(open.get(tag)));
        }
    }

    @Test
    void aRunFromTheOldestOnIsOneFrame() throws IOException {
        deliver(4);
        settle(3, 1, 2);
        write();
        assertThat(wire).containsExactly("up to 3");
    }

    @Test
    void behindOneThatIsOpenEachIsToldAlone() throws IOException {
        deliver(4);
        settle(2, 4);
        write();
        settle(3);
        write();
        assertThat(wire).containsExactly("2", "4", "3");
    }

    @Test
    void whatIsKnownIsNotToldAgain() throws IOException {
        deliver(4);
        settle(2, 3);
        write();
        settle(1);
        write();
        write();
        assertThat(wire).containsExactly("2", "3", "up to 1");
        assertThat(ledger.untold()).isZero();
    }

    @Test
    void aDeliveryIsSettledOnce() throws IOException {
        deliver(1);
        settle(1);
        write();
        settle(1);
        assertThat(ledger.untold()).isZero();
        write();
        assertThat(wire).containsExactly("up to 1");
    }

    /** One delivery may stay open for long, for instance while it waits to be offered again. */
    @Test
    void whatIsWrittenDoesNotGrowWithWhatWasSettledBefore() throws IOException {
        deliver(1);
        for (int i = 2; i <= 100_000; i++) {
            deliver(1);
            settle(i);
            wire.clear();
            write();
            assertThat(wire).hasSize(1);
        }
    }

    /** A thread that writes to a socket which takes nothing holds up nobody who settles. */
    @Test
    void whoSettlesDoesNotWaitForTheSocket() throws IOException {
        deliver(2);
        settle(1);
        ledger.write((tag, multiple) -> {
            Thread other = Thread.ofPlatform().start(() -> settle(2));
            try {
                other.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            wire.add("up to " + tag);
        });
        write();
        assertThat(wire).containsExactly("up to 1", "up to 2");
    }

    /** Against a server that refuses a tag it does not know, as RabbitMQ does by closing the channel. */
    @Test
    void inAnyOrderEveryTagIsAcknowledgedExactlyOnce() throws IOException {
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            AckLedger tried = new AckLedger();
            BitSet known = new BitSet();
            AckLedger.Wire server = (tag, multiple) -> {
                assertThat(known.get((int) tag)).as("unknown tag %d", tag).isTrue();
                known.clear(multiple ? 0 : (int) tag, (int) tag + 1);
            };
            List<AckLedger.Open> held = new ArrayList<>();
            for (int tag = 1; tag <= 500 || !held.isEmpty(); ) {
                if (tag <= 500 && (held.isEmpty() || random.nextInt(20) > held.size())) {
                    known.set(tag);
                    held.add(tried.delivered(tag++));
                } else {
                    tried.settled(held.remove(random.nextInt(held.size())));
                }
                if (random.nextInt(7) == 0) {
                    tried.write(server);
                }
            }
            tried.write(server);
            assertThat(known.isEmpty()).as("seed %d", seed).isTrue();
        }
    }
}
