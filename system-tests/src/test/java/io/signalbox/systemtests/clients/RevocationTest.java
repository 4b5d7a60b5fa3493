package io.signalbox.systemtests.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.security.password.Argon2Cost;
import io.signalbox.security.password.PasswordFileEditor;
import io.signalbox.systemtests.process.Child;
import io.signalbox.systemtests.process.Keys;
import io.signalbox.systemtests.process.ProcFs;
import io.signalbox.systemtests.process.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rights that are taken back while clients are here, or away, from a real server that is told with SIGHUP. */
class RevocationTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int DESCRIPTORS_MAX = 250;
    private static final String[] ALICE = {"-u", "alice", "-P", "wonder"};
    private static final String[] BOB = {"-u", "bob", "-P", "builder"};

    @TempDir
    Path folder;

    private final Map<String, String> lines = new HashMap<>();
    private Path passwords;
    private Path permissions;
    private ServerProcess server;
    private Mosquitto mosquitto;

    @BeforeEach
    void start() throws IOException {
        passwords = folder.resolve("passwords");
        permissions = folder.resolve("permissions");
        users("alice", "bob");
        rules("allow user:alice all #");
        server = ServerProcess.with()
                .set("security.password-file", passwords)
                .set("security.permission-file", permissions)
                .start();
        mosquitto = new Mosquitto(server.mqttPort());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** A user's line stays the same: another salt is another password. */
    private void users(String... names) throws IOException {
        StringBuilder file = new StringBuilder();
        for (String name : names) {
            byte[] password = (name.equals("alice") ? "wonder" : "builder").getBytes(StandardCharsets.UTF_8);
            file.append(lines.computeIfAbsent(name, n -> PasswordFileEditor.line(n, password, new Argon2Cost(8, 1, 1))))
                    .append('\n');
        }
        Files.writeString(passwords, file);
    }

    private void rules(String alice) throws IOException {
        Files.writeString(permissions, alice + "\nallow user:bob all #\nend\n");
    }

    /** Tells the server, and waits until it has read the files. */
    private void reload() {
        try (Child kill = Child.start(List.of("kill", "-HUP", Long.toString(server.pid())), Map.of())) {
            assertThat(kill.awaitExit(TIMEOUT)).isZero();
        }
        assertThat(server.awaitLine(line -> line.contains("security files reloaded"), TIMEOUT))
                .isNotNull();
    }

    private static String[] as(String[] user, String... arguments) {
        String[] all = new String[user.length + arguments.length];
        System.arraycopy(user, 0, all, 0, user.length);
        System.arraycopy(arguments, 0, all, user.length, arguments.length);
        return all;
    }

    @Test
    void whatIsNoLongerPermittedComesNeitherLiveNorQueuedNorRetained() throws IOException {
        String[] durable = as(ALICE, "-q", "1", "-c", "-i", "a", "-t", "#");
        mosquitto.sub(durable).close();
        mosquitto.pub(as(BOB, "-q", "1", "-t", "secret/1", "-m", "queued before"));
        mosquitto.pub(as(BOB, "-q", "1", "-r", "-t", "secret/kept", "-m", "retained"));
        rules("allow user:alice subscribe #\ndeny user:alice all secret/#");
        reload();
        mosquitto.pub(as(BOB, "-q", "1", "-t", "secret/2", "-m", "queued after"));
        try (Child sub = mosquitto.sub(durable)) {
            mosquitto.pub(as(BOB, "-q", "1", "-t", "secret/3", "-m", "live"));
            mosquitto.pub(as(BOB, "-q", "1", "-t", "open", "-m", "the end"));
            assertThat(sub.awaitLine("the end"::equals, TIMEOUT)).isNotNull();
            assertThat(sub.lines()).doesNotContain("queued before", "queued after", "live", "retained");
        }
    }

    @Test
    void aRemovedUserHasToGoAndCannotComeBack() throws IOException {
        try (Child alice = mosquitto.sub(as(ALICE, "-V", "5", "-i", "a", "-t", "#"));
                Child bob = mosquitto.sub(as(BOB, "-i", "b", "-t", "#"))) {
            users("bob");
            reload();
            assertThat(alice.awaitLine(line -> line.contains("DISCONNECT (135)"), TIMEOUT))
                    .as(alice.tail())
                    .isNotNull();
            mosquitto.pub(as(BOB, "-q", "1", "-t", "t", "-m", "still here"));
            assertThat(bob.awaitLine("still here"::equals, TIMEOUT)).isNotNull();
            assertThat(alice.lines()).doesNotContain("still here");
        }
    }

    /** The other half of the decision that a retained message outlives the right of its publisher. */
    @Test
    void aRetainedMessageStaysUntilItIsCleared() throws IOException {
        mosquitto.pub(as(ALICE, "-q", "1", "-r", "-t", "state", "-m", "by alice"));
        rules("deny user:alice all #");
        reload();
        assertThat(mosquitto.subToTheEnd(as(BOB, "-t", "state", "-C", "1"))).contains("by alice");
        mosquitto.pub(as(BOB, "-q", "1", "-r", "-n", "-t", "state"));
        try (Child sub = mosquitto.sub(as(BOB, "-t", "#"))) {
            mosquitto.pub(as(BOB, "-q", "1", "-t", "fence", "-m", "the end"));
            assertThat(sub.awaitLine("the end"::equals, TIMEOUT)).isNotNull();
            assertThat(sub.lines()).doesNotContain("by alice");
        }
    }

    @Test
    void aWillIsNotPublishedOnceItsClientMayNoLongerPublishThere() throws IOException {
        String[] will = {"-q", "1", "--will-qos", "1", "--will-retain", "--will-payload", "last words"};
        try (Child alice = mosquitto.sub(as(as(ALICE, will), "-i", "a", "-t", "x", "--will-topic", "secret/will"));
                Child other = mosquitto.sub(as(as(ALICE, will), "-i", "o", "-t", "x", "--will-topic", "open/will"));
                Child bob = mosquitto.sub(as(BOB, "-v", "-q", "1", "-i", "b", "-t", "#"))) {
            rules("allow user:alice all #\ndeny user:alice publish secret/#");
            reload();
            alice.kill();
            other.kill();
            // The second will shows that wills are published at all.
            assertThat(bob.awaitLine("open/will last words"::equals, TIMEOUT)).isNotNull();
            mosquitto.pub(as(BOB, "-q", "1", "-t", "fence", "-m", "the end"));
            assertThat(bob.awaitLine("fence the end"::equals, TIMEOUT)).isNotNull();
            assertThat(bob.lines()).doesNotContain("secret/will last words");
        }
        try (Child late = mosquitto.sub(as(BOB, "-v", "-t", "#"))) {
            assertThat(late.awaitLine("open/will last words"::equals, TIMEOUT)).isNotNull();
            mosquitto.pub(as(BOB, "-q", "1", "-t", "fence", "-m", "the end"));
            assertThat(late.awaitLine("fence the end"::equals, TIMEOUT)).isNotNull();
            assertThat(late.lines()).as("retained").doesNotContain("secret/will last words");
        }
    }

    @Test
    void whoMayNoLongerSubscribeGetsNoRetainedMessageAndNoShareOfAGroup() throws IOException {
        mosquitto.pub(as(BOB, "-q", "1", "-r", "-t", "secret/kept", "-m", "kept"));
        String[] both = as(ALICE, "-V", "5", "-q", "1", "-c", "-i", "a", "-t", "$share/g/secret/#", "-t", "open/#");
        mosquitto.sub(both).close();
        rules("allow user:alice all open/#");
        reload();
        mosquitto.pub(as(BOB, "-q", "1", "-t", "secret/1", "-m", "for the group"));
        try (Child sub = mosquitto.sub(both)) {
            mosquitto.pub(as(BOB, "-q", "1", "-t", "secret/2", "-m", "for the group"));
            mosquitto.pub(as(BOB, "-q", "1", "-t", "open/end", "-m", "the end"));
            assertThat(sub.awaitLine("the end"::equals, TIMEOUT)).isNotNull();
            assertThat(sub.lines()).doesNotContain("kept", "for the group");
        }
    }

    /** CVE-2017-7652: a reload that cannot open its files must not fall back to letting everybody do everything. */
    @Test
    void aReloadWithoutAFreeDescriptorLeavesTheRulesInForce() throws IOException {
        server.close();
        server = ServerProcess.with()
                .wrapper("prlimit", "--nofile=" + DESCRIPTORS_MAX)
                // No stranger is sent away, and gives back its descriptor, before the files are read.
                .set(Keys.CONNECT_TIMEOUT, "5m")
                .set("security.password-file", passwords)
                .set("security.permission-file", permissions)
                .start();
        mosquitto = new Mosquitto(server.mqttPort());
        rules("allow user:alice all open/#");
        reload();
        List<Socket> sockets = new ArrayList<>();
        try {
            // More than it has descriptors: the rest waits in the kernel's backlog.
            for (int i = 0; i < 400; i++) {
                sockets.add(new Socket(InetAddress.getLoopbackAddress(), server.mqttPort()));
            }
            await().atMost(TIMEOUT).until(() -> ProcFs.descriptors(server.pid()) >= DESCRIPTORS_MAX);
            rules("allow user:alice all #");
            try (Child kill = Child.start(List.of("kill", "-HUP", Long.toString(server.pid())), Map.of())) {
                assertThat(kill.awaitExit(TIMEOUT)).isZero();
            }
            assertThat(server.awaitLine(line -> line.contains("nothing was reloaded"), TIMEOUT))
                    .as(server.tail())
                    .isNotNull();
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        // As before: neither open to all, nor closed for good.
        await().atMost(TIMEOUT)
                .ignoreExceptions()
                .untilAsserted(() -> mosquitto.pub(as(ALICE, "-q", "1", "-t", "open/x", "-m", "still allowed")));
        try (Child bob = mosquitto.sub(as(BOB, "-v", "-q", "1", "-t", "#"))) {
            mosquitto.tryPub(as(ALICE, "-V", "5", "-q", "1", "-t", "secret/x", "-m", "no"));
            mosquitto.tryPub("-V", "5", "-q", "1", "-t", "secret/x", "-m", "anonymous");
            mosquitto.pub(as(BOB, "-q", "1", "-t", "fence", "-m", "the end"));
            assertThat(bob.awaitLine("fence the end"::equals, TIMEOUT)).isNotNull();
            assertThat(bob.lines()).noneMatch(line -> line.startsWith("secret/x"));
        }
    }

    @Test
    void aClientIdentifierInUseIsNotForAnotherUser() {
        try (Child alice = mosquitto.sub(as(ALICE, "-V", "5", "-q", "1", "-i", "mine", "-t", "#"))) {
            try (Child thief = Child.start(
                    List.of(
                            "mosquitto_sub",
                            "-V",
                            "5",
                            "-h",
                            "127.0.0.1",
                            "-p",
                            "" + server.mqttPort(),
                            "-u",
                            "bob",
                            "-P",
                            "builder",
                            "-i",
                            "mine",
                            "-t",
                            "#",
                            "-W",
                            "10"),
                    Map.of())) {
                assertThat(thief.awaitExit(TIMEOUT)).isNotZero();
                assertThat(thief.tail()).containsIgnoringCase("not authori");
            }
            mosquitto.pub(as(BOB, "-q", "1", "-t", "t", "-m", "undisturbed"));
            assertThat(alice.awaitLine("undisturbed"::equals, TIMEOUT)).isNotNull();
        }
    }
}
