package io.signalbox.client.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.client.fake.FailingDisk;
import io.signalbox.client.fake.FakeServer.Verdict;
import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.transport.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Disks that fail, and what others may read on them. */
class SpoolDiskTest extends SpoolFixture {
    private Path folder() {
        return directory.resolve("spool");
    }

    private FailingDisk disk() {
        return new FailingDisk(folder().resolve("log"));
    }

    private Spool open(FailingDisk disk) throws IOException {
        Spool spool = Spool.open(config(), folder(), disk, time, lane, told::add);
        opened.add(spool);
        return spool;
    }

    private void refuseOnce(Spool spool) {
        int before = spool.refusedCount();
        server.answer(m -> new Verdict.Refused(new Refusal(ReasonCode.NOT_AUTHORIZED, "no"), false));
        spool.publish(message("refused"));
        await().until(() -> spool.refusedCount() == before + 1);
    }

    @Test
    void whatTheDiskDidNotFlushIsNotSentSinceItsPublisherHasHeardSo() throws IOException {
        FailingDisk disk = disk();
        Spool spool = open(disk);
        join(spool.publish(message("1")).spooled());
        disk.failFlushes(1);
        Publication failed = spool.publish(message("2"));
        assertThat(failure(failed.spooled()))
                .isInstanceOfSatisfying(
                        SignalboxException.class, e -> assertThat(e.reason()).isEqualTo(ReasonCode.STORAGE_FAILED));
        assertThat(spool.pendingMessages()).isEqualTo(1);
        join(spool.publish(message("2, again")).spooled());
        join(spool.publish(message("3")).spooled());

        connect(spool);
        await().until(() -> spool.pendingMessages() == 0);
        assertThat(server.payloads()).containsExactly("1", "2, again", "3");
        assertThat(spool.pendingBytes()).isZero();
    }

    @Test
    void theNextProcessDoesNotSendItEither() throws IOException {
        FailingDisk disk = disk();
        Spool spool = open(disk);
        disk.failFlushes(1);
        failure(spool.publish(message("1")).spooled());
        join(spool.publish(message("1, again")).spooled());
        spool.close();

        Spool next = open(config());
        assertThat(next.pendingMessages()).isEqualTo(1);
        connect(next);
        await().until(() -> next.pendingMessages() == 0);
        assertThat(server.payloads()).containsExactly("1, again");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void nobodyElseMayReadWhatLiesThere() throws IOException {
        Spool spool = open(config());
        connect(spool);
        refuseOnce(spool);
        spool.close(); // Its threads make files and rename them, perhaps while these are looked at.
        Set<PosixFilePermission> files = PosixFilePermissions.fromString("rw-------");
        Set<PosixFilePermission> folders = PosixFilePermissions.fromString("rwx------");
        try (Stream<Path> all = Files.walk(folder())) {
            assertThat(all.toList())
                    .hasSizeGreaterThan(5)
                    .allSatisfy(path -> assertThat(Files.getPosixFilePermissions(path))
                            .as(path.toString())
                            .isEqualTo(Files.isDirectory(path) ? folders : files));
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void whatAnEarlierVersionLeftForAllToReadIsClosed() throws IOException {
        Spool first = open(config());
        connect(first);
        refuseOnce(first);
        first.close();
        Path shelf = folder().resolve("refused");
        Path refused = shelf.resolve("0000000000000001.refused");
        Files.setPosixFilePermissions(refused, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(shelf, PosixFilePermissions.fromString("rwxr-xr-x"));
        open(config());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(refused)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shelf)))
                .isEqualTo("rwx------");
    }

    @Test
    void aRefusedMessageThatCannotBeReadKeepsNobodyFromTheOthers() throws IOException {
        Spool spool = open(config());
        connect(spool);
        refuseOnce(spool);
        refuseOnce(spool);
        Files.write(folder().resolve("refused").resolve("0000000000000001.refused"), new byte[] {1, 2, 3});
        assertThat(spool.refused(10)).extracting(RefusedMessage::sequence).containsExactly(2L);
        assertThat(spool.refused(1)).hasSize(1);
        assertThat(spool.removeRefused(1)).isTrue();
        assertThat(spool.refusedCount()).isEqualTo(1);
    }

    @Test
    void aMessageThatWasPutAsideJustBeforeTheEndIsCountedOnce() throws IOException {
        Spool first = open(config().withWindowMax(1));
        join(first.publish(message("refused")).spooled());
        first.close();
        // What a process leaves that is killed between the file and the mark.
        Refusals killed = Refusals.in(folder().resolve("refused"), 10);
        killed.add(new RefusedMessage(1, message("refused"), new Refusal(ReasonCode.NOT_AUTHORIZED, "no"), 1), 100);

        Spool next = open(config());
        server.answer(m -> new Verdict.Refused(new Refusal(ReasonCode.NOT_AUTHORIZED, "no"), false));
        connect(next);
        await().until(() -> next.pendingMessages() == 0);
        assertThat(next.refusedCount()).isEqualTo(1);
        assertThat(next.removeRefused(1)).isTrue();
        assertThat(next.pendingMessages()).isZero();
        assertThat(next.pendingBytes()).as("all is given back").isZero();
    }
}
