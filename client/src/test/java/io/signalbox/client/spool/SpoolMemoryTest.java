package io.signalbox.client.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.connection.LinkEvents;
import io.signalbox.client.connection.LinkLoss;
import io.signalbox.client.fake.FailingDisk;
import io.signalbox.client.fake.FakeServer;
import io.signalbox.client.fake.FakeServer.Verdict;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.log.store.DiskFileStore;
import io.signalbox.message.Message;
import io.signalbox.transport.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How much of a spool is in memory at once, and what becomes of it when there is none left. */
class SpoolMemoryTest extends SpoolFixture {
    private static final int MEBIBYTE = 1 << 20;

    private static void append(Store store, int messages, int bytes) throws InterruptedException {
        CountDownLatch stored = new CountDownLatch(messages);
        for (int i = 0; i < messages; i++) {
            Message message = message("x".repeat(bytes));
            long unused = store.append(message, store.encode(message), new Store.Appended() {
                @Override
                public void stored(Publication.Spooled receipt) {
                    stored.countDown();
                }

                @Override
                public void failed(SignalboxException why) {
                    throw why;
                }
            });
        }
        assertThat(stored.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private DiskStore disk() throws IOException {
        Path folder = directory.resolve("spool");
        return new DiskStore(folder, new DiskFileStore(folder.resolve("log")), 0, time);
    }

    private static void isReadInPagesOfSoManyBytes(Store store) throws Exception {
        try (store) {
            append(store, 5, 1_000);
            // Publishers are told first.
            await().until(() ->
                    store.read(store.start(), 256, MEBIBYTE).messages().size() == 5);
            Store.Page first = store.read(store.start(), 256, 2_500);
            assertThat(first.messages()).extracting(Store.Stored::sequence).containsExactly(1L, 2L);
            Store.Page second = store.read(first.next(), 256, 2_500);
            assertThat(second.messages()).extracting(Store.Stored::sequence).containsExactly(3L, 4L);
            Store.Page last = store.read(second.next(), 256, 1);
            assertThat(last.messages()).extracting(Store.Stored::sequence).containsExactly(5L);
        }
    }

    @Test
    void whatLiesOnDiskIsReadInPagesOfSoManyBytesAndAtLeastOneMessage() throws Exception {
        isReadInPagesOfSoManyBytes(disk());
    }

    @Test
    void soIsWhatLiesInMemory() throws Exception {
        isReadInPagesOfSoManyBytes(new MemoryStore());
    }

    private Drain drain(Store store) {
        Drain drain = new Drain(store, config(), time, new Outcomes() {
            @Override
            public void acknowledged(Store.Stored stored, boolean subscribers) {}

            @Override
            public void expired(Store.Stored stored) {}

            @Override
            public boolean refused(Store.Stored stored, Refusal refusal) {
                return true;
            }

            @Override
            public void done(long messages, long bytes) {}
        });
        drain.start();
        drain.linkUp(server.open(new LinkEvents() {
                    @Override
                    public void arrived(Message message, long sequence, Settling settling) {}

                    @Override
                    public void lost(LinkLoss loss) {}
                })
                .toCompletableFuture()
                .join());
        return drain;
    }

    @Test
    void aWindowOfLargeMessagesIsSmall() throws Exception {
        server.answer(m -> new Verdict.Silent());
        FaultyStore store = new FaultyStore();
        append(store, 40, MEBIBYTE);
        Drain drain = drain(store);
        await().until(() -> server.published().size() >= 31);
        drain.stop();
        assertThat(server.published()).hasSizeLessThanOrEqualTo(33);
        assertThat(store.asked.getFirst().bytesMax()).isEqualTo(32 * MEBIBYTE);
    }

    @Test
    void whereThereWasNoMemoryForManyOneIsReadAtATime() throws Exception {
        server.answer(m -> FakeServer.TAKEN);
        FaultyStore store = new FaultyStore();
        append(store, 3, 10);
        store.readsToBreak.set(1);
        Drain drain = drain(store);
        await().until(() -> server.published().size() == 3);
        drain.stop();
        assertThat(store.asked).extracting(FaultyStore.Asked::max).startsWith(256, 1);
    }

    @Test
    void aWriterThatFoundNoMemorySaysSoAndGoesOn() throws IOException {
        Path folder = directory.resolve("spool");
        FailingDisk disk = new FailingDisk(folder.resolve("log"));
        Spool spool = Spool.open(config(), folder, disk, time, lane, told::add);
        opened.add(spool);
        join(spool.publish(message("1")).spooled());
        disk.breakWrites(1);
        assertThat(failure(spool.publish(message("2")).spooled()))
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.INTERNAL));
        join(spool.publish(message("3")).spooled());
        connect(spool);
        await().until(() -> spool.pendingMessages() == 0);
        assertThat(server.payloads()).containsExactly("1", "3");
    }

    @Test
    void aMessageCanBeReadOnlyWhenItsPublisherHasHeardOfIt() {
        MemoryStore store = new MemoryStore();
        List<Store.Page> read = new ArrayList<>();
        Message message = message("1");
        long unused = store.append(message, store.encode(message), new Store.Appended() {
            @Override
            public void stored(Publication.Spooled receipt) {
                read.add(store.read(store.start(), 10, MEBIBYTE));
            }

            @Override
            public void failed(SignalboxException why) {
                throw why;
            }
        });
        assertThat(read)
                .singleElement()
                .satisfies(page -> assertThat(page.messages()).isEmpty());
        assertThat(store.read(store.start(), 10, MEBIBYTE).messages()).hasSize(1);
    }
}
