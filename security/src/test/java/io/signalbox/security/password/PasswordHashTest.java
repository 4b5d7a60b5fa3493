package io.signalbox.security.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PasswordHashTest {
    private static final Argon2Cost CHEAP = new Argon2Cost(8, 1, 1);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aPasswordVerifiesAgainstItsOwnHashAndNoOther() {
        PasswordHash hash = PasswordHash.parse(
                PasswordHash.of(bytes("secret"), CHEAP, new SecureRandom()).encoded());
        assertThat(hash.verify(bytes("secret"))).isTrue();
        assertThat(hash.verify(bytes("Secret"))).isFalse();
        assertThat(hash.verify(bytes(""))).isFalse();
        assertThat(hash.decoy(new SecureRandom()).verify(bytes("secret"))).isFalse();
    }

    /** From the reference implementation: {@code echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1}. */
    @Test
    void theReferenceImplementationsHashVerifies() {
        PasswordHash hash = PasswordHash.parse(
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");
        assertThat(hash.verify(bytes("password"))).isTrue();
        assertThat(hash.verify(bytes("passwore"))).isFalse();
    }

    @Test
    void twoHashesOfOnePasswordDiffer() {
        SecureRandom random = new SecureRandom();
        assertThat(PasswordHash.of(bytes("a"), CHEAP, random).encoded())
                .isNotEqualTo(PasswordHash.of(bytes("a"), CHEAP, random).encoded());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=16$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=2,p=9$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=2,p=1$c29t$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPP",
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPd"
            })
    void anythingElseIsRefusedWithoutShowingIt(String text) {
        assertThatThrownBy(() -> PasswordHash.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("CTFhFdX");
    }

    @Test
    void printingAHashShowsNeitherSaltNorHash() {
        assertThat(PasswordHash.of(bytes("x"), CHEAP, new SecureRandom()).toString())
                .isEqualTo("PasswordHash[Argon2Cost[memoryKib=8, iterations=1, parallelism=1]]");
    }
}
