package io.signalbox.systemtests.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A certificate for localhost and its key, from the JDK's own tool, written as the server reads them. */
public record ServerKeys(Path certificate, Path key) {
    private static final String PASSWORD = "changeit";

    public static ServerKeys make(Path directory) throws Exception {
        Path store = directory.resolve("store.p12");
        try (Child tool = Child.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD),
                Map.of())) {
            if (tool.awaitExit(Duration.ofSeconds(60)) != 0) {
                throw new AssertionError(tool.tail());
            }
        }
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        ServerKeys made = new ServerKeys(directory.resolve("certificate.pem"), directory.resolve("key.pem"));
        pem(made.certificate, "CERTIFICATE", keys.getCertificate("server").getEncoded());
        pem(
                made.key,
                "PRIVATE KEY",
                keys.getKey("server", PASSWORD.toCharArray()).getEncoded());
        return made;
    }

    private static void pem(Path file, String what, byte[] content) throws IOException {
        Files.writeString(
                file,
                "-----BEGIN " + what + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + what
                        + "-----\n");
    }
}
