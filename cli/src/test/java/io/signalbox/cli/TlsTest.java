package io.signalbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.SignalboxServer;
import io.signalbox.server.config.ServerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a broker that demands a certificate of its clients too. */
class TlsTest {
    private static final String STORE_PASSWORD = "changeit";

    @TempDir
    private static Path folder;

    private static Mosquitto mosquitto;

    @BeforeAll
    static void start() throws Exception {
        certify("server", "dns:localhost");
        certify("elsewhere", "dns:elsewhere.example");
        certify("client", "dns:client");
        mosquitto = mosquittoAs("server");
    }

    @AfterAll
    static void stop() throws InterruptedException {
        mosquitto.close();
    }

    private static Mosquitto mosquittoAs(String name) throws IOException {
        return new Mosquitto(
                Files.createDirectory(folder.resolve("run-" + name)),
                "allow_anonymous true",
                "cafile " + file("client.crt"),
                "certfile " + file(name + ".crt"),
                "keyfile " + file(name + ".key"),
                "require_certificate true");
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    /** A key and a certificate that it signed itself, as PEM files. */
    private static void certify(String name, String alternativeName) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "key",
                        "-dname",
                        "CN=" + name,
                        "-validity",
                        "30",
                        "-ext",
                        "san=" + alternativeName,
                        "-ext",
                        "bc=ca:true",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        STORE_PASSWORD,
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes());
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, STORE_PASSWORD.toCharArray());
        }
        pem(name + ".crt", "CERTIFICATE", keys.getCertificate("key").getEncoded());
        pem(
                name + ".key",
                "PRIVATE KEY",
                Objects.requireNonNull(keys.getKey("key", STORE_PASSWORD.toCharArray()))
                        .getEncoded());
    }

    private static void pem(String name, String kind, byte[] bytes) throws IOException {
        Files.writeString(
                folder.resolve(name),
                "-----BEGIN " + kind + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + kind
                        + "-----\n");
    }

    private static Shell pub(Mosquitto to, String... more) {
        String[] words = {"pub", "-p", to.port(), "-t", "a", "-q", "1", "-m", "x"};
        String[] all = java.util.Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return Shell.run(all);
    }

    @Test
    void theHttpCommandsTrustTheAuthorityThatTheyAreTold() throws Exception {
        try (SignalboxServer server = SignalboxServer.start(ServerConfig.load(
                null,
                Map.of(),
                Map.of(
                        "mqtt.port", "0",
                        "http.port", "0",
                        "data.dir", folder.resolve("data").toString(),
                        "http.tls.certificate", file("server.crt"),
                        "http.tls.key", file("server.key"))))) {
            String url = "https://localhost:" + server.ports().http();
            Shell trusting = Shell.run("health", "--http", url, "--cafile", file("server.crt"));
            Shell other = Shell.run("health", "--http", url, "--cafile", file("client.crt"));
            Shell noFile = Shell.run("health", "--http", url, "--cafile", file("none"));

            assertThat(trusting.exitCode()).as(trusting.err()).isZero();
            assertThat(other.exitCode()).isEqualTo(69);
            assertThat(other.err()).contains("TLS with " + url).contains("--cafile");
            assertThat(noFile.err()).contains("none does not exist");
        }
    }

    @Test
    void everyProtocolTrustsTheAuthorityThatItIsTold() throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                "mqtt.port", "0",
                "amqp.enabled", "true",
                "amqp.port", "0",
                "http.port", "0",
                "data.dir", folder.resolve("data-all").toString()));
        for (String door : new String[] {"mqtt", "amqp", "http"}) {
            settings.put(door + ".tls.certificate", file("elsewhere.crt"));
            settings.put(door + ".tls.key", file("elsewhere.key"));
        }
        try (SignalboxServer server = SignalboxServer.start(ServerConfig.load(null, Map.of(), settings))) {
            for (String url : new String[] {
                "mqtts://localhost:" + server.ports().mqtt(),
                "wss://localhost:" + server.ports().http(),
                "amqps://localhost:" + server.ports().amqp(),
                "https://localhost:" + server.ports().http()
            }) {
                String[] pub = {"pub", "-L", url, "-t", "a", "-q", "1", "-m", "x", "--cafile", file("elsewhere.crt")};
                Shell otherName = Shell.run(pub);
                String[] lax = java.util.Arrays.copyOf(pub, pub.length + 1);
                lax[pub.length] = "--insecure";
                Shell told = Shell.run(lax);
                Shell stranger = Shell.run("pub", "-L", url, "-t", "a", "-q", "1", "-m", "x", "--insecure");

                assertThat(otherName.exitCode())
                        .as(url + ": " + otherName.err())
                        .isEqualTo(69);
                assertThat(told.exitCode()).as(url + ": " + told.err()).isZero();
                assertThat(stranger.exitCode()).as(url + ": " + stranger.err()).isEqualTo(69);
                assertThat(stranger.err()).contains("TLS with").contains("--cafile");
            }
        }
    }

    @Test
    void aServerAndAClientThatTrustEachOtherTalk() {
        Shell shell = pub(
                mosquitto, "--cafile", file("server.crt"), "--cert", file("client.crt"), "--key", file("client.key"));

        assertThat(shell.exitCode()).as(shell.err()).isZero();
    }

    @Test
    void anUnknownAuthorityIsNotTrusted() {
        Shell shell = pub(mosquitto, "--tls");

        assertThat(shell.exitCode()).isEqualTo(69);
        assertThat(shell.err())
                .startsWith("error: TLS with localhost:" + mosquitto.port())
                .contains("--cafile");
    }

    @Test
    void aCertificateForAnotherHostIsTakenOnlyWhenToldSo() throws Exception {
        try (Mosquitto elsewhere = mosquittoAs("elsewhere")) {
            String[] trusting = {
                "--cafile", file("elsewhere.crt"), "--cert", file("client.crt"), "--key", file("client.key")
            };
            Shell strict = pub(elsewhere, trusting);
            String[] lax = java.util.Arrays.copyOf(trusting, trusting.length + 1);
            lax[trusting.length] = "--insecure";
            Shell told = pub(elsewhere, lax);

            assertThat(strict.exitCode()).as(strict.err()).isEqualTo(69);
            assertThat(told.exitCode()).as(told.err()).isZero();
        }
    }

    @Test
    void aFileThatIsNotWhatItShouldBeIsNamed() {
        Shell noFile = pub(mosquitto, "--cafile", file("nothing.crt"));
        Shell noKey = pub(mosquitto, "--cert", file("client.crt"), "--key", file("client.crt"));
        Shell noCertificate = pub(mosquitto, "--cafile", file("client.key"));

        assertThat(noFile.exitCode()).isEqualTo(69);
        assertThat(noFile.err()).contains("nothing.crt does not exist");
        assertThat(noKey.err()).contains("client.crt has no private key");
        assertThat(noCertificate.err()).contains("client.key");
    }
}
