package io.signalbox.systemtests.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The short form of {@code ./test syscalls}, and its judge on traces written by hand. */
class SyncOrderTest {
    private static final String MESSAGE = hex("<SBX00001>");

    @Test
    @EnabledOnOs(OS.LINUX)
    void everyAcknowledgementLeavesAfterWhatItAcknowledgesIsOnTheDisk() throws IOException {
        try (SyncOrderHarness harness = SyncOrderHarness.signalbox()) {
            SyncOrder order = harness.run(400);
            assertThat(order.violations()).isEmpty();
            assertThat(order.acknowledgements())
                    .as("200 PUBACK, 200 PUBREC, 200 PUBCOMP")
                    .isEqualTo(600);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theHarnessFindsABrokerThatAcknowledgesWithoutTheDisk() throws IOException {
        try (SyncOrderHarness harness = SyncOrderHarness.mosquitto()) {
            SyncOrder order = harness.run(50);
            assertThat(order.acknowledgements())
                    .as("26 PUBACK, 24 PUBREC, 24 PUBCOMP")
                    .isEqualTo(74);
            assertThat(order.violations()).hasSize(74);
        }
    }

    @Test
    void writtenThenSyncedThenAcknowledgedIsRight() {
        assertThat(judge(
                        "7 pwrite64(33</d/seg>, \"" + MESSAGE + "\", 10, 0) = 10",
                        "7 fdatasync(33</d/seg> <unfinished ...>",
                        "8 epoll_wait(5<anon_inode:[eventpoll]>, [], 1, 0) = 0",
                        "7 <... fdatasync resumed>) = 0",
                        puback()))
                .isEmpty();
    }

    @Test
    void aFileThatGetsItsNameBetweenWriteAndSyncIsTheSameFile() {
        assertThat(judge(
                        "7 pwrite64(33</d/spare>, \"" + MESSAGE + "\", 10, 0) = 10",
                        "7 fdatasync(33</d/seg>) = 0",
                        puback()))
                .isEmpty();
    }

    @Test
    void anAcknowledgementDuringTheSyncIsFound() {
        assertThat(judge(
                        "7 pwrite64(33</d/seg>, \"" + MESSAGE + "\", 10, 0) = 10",
                        "7 fdatasync(33</d/seg> <unfinished ...>",
                        puback(),
                        "7 <... fdatasync resumed>) = 0"))
                .singleElement()
                .asString()
                .contains("without an fdatasync of descriptor 33");
    }

    @Test
    void aSyncThatBeganBeforeTheWriteReturnedDoesNotCount() {
        assertThat(judge(
                        "7 pwrite64(33</d/seg>, \"" + MESSAGE + "\", 10, 0 <unfinished ...>",
                        "9 fdatasync(33</d/seg>) = 0",
                        "7 <... pwrite64 resumed>) = 10",
                        puback()))
                .hasSize(1);
    }

    @Test
    void aSyncOfAnotherFileDoesNotCount() {
        assertThat(judge(
                        "7 pwrite64(33</d/seg>, \"" + MESSAGE + "\", 10, 0) = 10",
                        "7 fdatasync(34</d/other>) = 0",
                        puback()))
                .hasSize(1);
    }

    @Test
    void aSyncThatFailedDoesNotCount() {
        assertThat(judge(
                        "7 pwrite64(33</d/seg>, \"" + MESSAGE + "\", 10, 0) = 10",
                        "7 fdatasync(33</d/seg>) = -1 EIO (Input/output error)",
                        puback()))
                .hasSize(1);
    }

    @Test
    void anAcknowledgementWithoutAWriteIsFound() {
        assertThat(judge("7 fdatasync(33</d/seg>) = 0", puback()))
                .singleElement()
                .asString()
                .contains("before its message was written");
    }

    @Test
    void aPubcompWithoutAFlushOfItsOwnIsFound() {
        String written = "7 pwrite64(33</d/seg>, \"" + MESSAGE + "\", 10, 0) = 10";
        String sync = "7 fdatasync(33</d/seg>) = 0";
        String pubrec = puback().replace("\\x40", "\\x50");
        String pubcomp = puback().replace("\\x40", "\\x70");
        assertThat(SyncOrder.of(SyscallTrace.parse(List.of(written, sync, pubrec, sync, pubcomp)))
                        .violations())
                .isEmpty();
        assertThat(SyncOrder.of(SyscallTrace.parse(List.of(written, sync, pubrec, pubcomp)))
                        .violations())
                .singleElement()
                .asString()
                .contains("PUBCOMP 1 left without");
    }

    private static String puback() {
        return "8 writev(40<TCP:[127.0.0.1:1883->127.0.0.1:5000]>, [{iov_base=\"\\x40\\x02\\x00\\x01\", iov_len=4}], 1) = 4";
    }

    private static List<String> judge(String... lines) {
        SyncOrder order = SyncOrder.of(SyscallTrace.parse(List.of(lines)));
        assertThat(order.acknowledgements()).isOne();
        return order.violations();
    }

    private static String hex(String text) {
        return Arrays.stream(text.split(""))
                .map(letter -> "\\x%02x".formatted((int) letter.charAt(0)))
                .collect(Collectors.joining());
    }
}
