package io.signalbox.security.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import io.signalbox.access.ScramCredential;
import io.signalbox.access.ScramUsers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ScramVerifierTest {
    private static final int FEW = 4_096;

    @TempDir
    Path directory = Path.of("");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** RFC 7677, 3. */
    @Test
    void theSpecificationsExampleIsProven() {
        byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
        ScramCredential credential =
                ScramVerifier.of(bytes("pencil"), FEW, salt).credential();
        String nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        String messages =
                "n=user,r=rOprNGfwEbeRWgbNEkqO,r=" + nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=" + nonce;
        byte[] proof = Base64.getDecoder().decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        assertThat(ScramFunctions.verifyClientProof(
                        ScramMechanism.SCRAM_SHA_256, proof, credential.storedKey(), messages))
                .isTrue();
        assertThat(Base64.getEncoder()
                        .encodeToString(ScramFunctions.serverSignature(
                                ScramMechanism.SCRAM_SHA_256, credential.serverKey(), messages)))
                .isEqualTo("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    @Test
    void whatIsWrittenIsRead() {
        ScramVerifier verifier = ScramVerifier.of(bytes("secret"), FEW, new SecureRandom());
        ScramVerifier read = ScramVerifier.parse(verifier.encoded());
        assertThat(read.encoded()).isEqualTo(verifier.encoded());
        assertThat(read.credential().storedKey())
                .isEqualTo(verifier.credential().storedKey());
        assertThat(read.toString()).isEqualTo("ScramVerifier[iterations=4096]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$scram-sha-1$i=4096$c2FsdHNhbHQ$a$b",
                "$scram-sha-256$i=4095$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$scram-sha-256$i=4096$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$scram-sha-256$i=4096$c2Fs$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void anythingElseIsRefusedWithoutShowingIt(String text) {
        assertThatThrownBy(() -> ScramVerifier.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("AAAA");
    }

    @Test
    void aFileHasVerifiersOfSomeUsersAndDecoysForTheOthers() throws Exception {
        Path file = directory.resolve("passwords");
        PasswordFileEditor editor = new PasswordFileEditor(file, new Argon2Cost(8, 1, 1));
        editor.put("bob", bytes("builder"));
        assertThat(PasswordFile.read(file).scramUsers()).isEmpty();
        editor.putForScram("ann", bytes("secret"), FEW);
        ScramUsers users = PasswordFile.read(file).scramUsers().orElseThrow();
        ScramCredential known = users.credentialOf("ann");
        assertThat(users.credentialOf("ann").storedKey()).isEqualTo(known.storedKey());
        for (String unknown : new String[] {"bob", "nobody", ""}) {
            ScramCredential decoy = users.credentialOf(unknown);
            assertThat(decoy.iterations()).isEqualTo(known.iterations());
            assertThat(decoy.salt()).hasSameSizeAs(known.salt()).isNotEqualTo(known.salt());
            assertThat(decoy.salt()).isEqualTo(users.credentialOf(unknown).salt());
            assertThat(decoy.storedKey()).hasSize(32).isNotEqualTo(known.storedKey());
        }
        assertThat(PasswordFile.read(file).hashOf("ann")).isNotNull();
    }

    @Test
    void aVerifierThatIsTakenAwayRevokesItsUser() throws Exception {
        Path file = directory.resolve("passwords");
        PasswordFileEditor editor = new PasswordFileEditor(file, new Argon2Cost(8, 1, 1));
        editor.putForScram("ann", bytes("secret"), FEW);
        PasswordFile before = PasswordFile.read(file);
        Files.writeString(file, Files.readString(file).replaceAll(" \\S+", ""));
        assertThat(before.revokedBy(PasswordFile.read(file))).containsExactly("ann");
    }

    @Test
    void aLineWithMoreThanTwoCredentialsIsBad() throws Exception {
        Path file = directory.resolve("passwords");
        new PasswordFileEditor(file, new Argon2Cost(8, 1, 1)).putForScram("ann", bytes("secret"), FEW);
        Files.writeString(file, Files.readString(file).strip() + " more\n");
        assertThatThrownBy(() -> PasswordFile.read(file)).hasMessageContaining("3 credentials");
    }
}
