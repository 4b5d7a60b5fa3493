package io.signalbox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiUrlTest {
    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8080, http://127.0.0.1:8080/api/v1/stats",
        "localhost:8080, http://localhost:8080/api/v1/stats",
        "example.org, http://example.org/api/v1/stats",
        "https://[::1]:1/, https://[::1]:1/api/v1/stats",
        "http://proxy/bus/a//, http://proxy/bus/a/api/v1/stats",
        "http://alice:secret@h:1, http://h:1/api/v1/stats"
    })
    void aUrlIsTakenAsPeopleWriteIt(String text, String resolved) {
        assertThat(ApiUrl.parse(text).resolve("/api/v1/stats")).hasToString(resolved);
    }

    @Test
    void theUserIsTakenOutAndNeverPrinted() {
        ApiUrl url = ApiUrl.parse("http://al%20ice:p+w%40@h:1");

        assertThat(url.user()).isEqualTo("al ice:p+w@");
        assertThat(url.toString()).isEqualTo("http://h:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://h", "http://", "http://h?x=1", "http://h#f", "http://a b", "mqtt://h:1883", ""})
    void whatIsNoneIsRefusedWithTheForm(String text) {
        assertThatThrownBy(() -> ApiUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it must be http://HOST:PORT");
    }
}
