package io.signalbox.transports.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DatabaseAddressTest {
    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            jdbc:postgresql: jdbc:postgresql:
            jdbc:postgresql:bus jdbc:postgresql:bus
            jdbc:postgresql:/bus jdbc:postgresql:/bus
            jdbc:postgresql://db.example/bus jdbc:postgresql://db.example/bus
            jdbc:postgresql://db:77/b%C3%BCs?password=hush jdbc:postgresql://db:77/b%C3%BCs
            jdbc:postgresql://a:1,[::1]:2,c/bus?targetServerType=primary&a jdbc:postgresql://a:1,[::1]:2,c/bus
            jdbc:postgresql:///bus jdbc:postgresql:///bus
            jdbc:h2:./data/bus;WRITE_DELAY=0 jdbc:h2:./data/bus
            jdbc:h2:file:C:/d@ta/bus jdbc:h2:file:C:/d@ta/bus
            jdbc:h2:mem:x;PASSWORD=hush jdbc:h2:mem:x
            jdbc:h2:tcp://db:9/~/bus;PASSWORD=hush jdbc:h2:tcp://db:9/~/bus
            jdbc:h2:ssl:db/bus jdbc:h2:ssl:db/bus
            """)
    void allOfItIsShownButParameters(String url, String shown) {
        assertThat(DatabaseAddress.of(url).shown()).isEqualTo(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://bus:hush@db/bus",
                "jdbc:postgresql://db:70hush/bus",
                "jdbc:postgresql://db/bus?password=hush%2",
                "jdbc:h2:tcp://sa:hush@db/bus",
                "jdbc:h2:./bus?hush",
                "jdbc:oracle:thin:hush@db"
            })
    void whatNoDriverReadsIsRefusedWithoutItsText(String url) {
        assertThatThrownBy(() -> DatabaseAddress.of(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("url ")
                .hasMessageNotContaining("hush");
        assertThat(DatabaseAddress.shown(url)).doesNotContain("hush");
    }
}
