package io.signalbox.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Map;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

final class HeapHistogramTest {
    private static final String TEXT = """
             num     #instances         #bytes  class name (module)
            -------------------------------------------------------
               1:         43560        3145728  [B (java.base@25.0.3)
               2:         40967        1048576  java.lang.String (java.base@25.0.3)
               3:             1             16  a.B
               4:             2             32  a.B
            Total        84530        4194352
            """;

    @Test
    void itsSumIsTheTotalThatIsSaid() throws IOException {
        assertThat(HeapHistogram.parse(TEXT).bytesByClass()).containsEntry("a.B", 48L);
        assertThat(HeapHistogram.parse(TEXT).mib()).isCloseTo(4_194_352.0 / (1 << 20), within(1e-9));
    }

    /** What this JVM says of itself is what the tool prints of another. */
    @Test
    void itReadsWhatAJvmPrints() throws Exception {
        long[] held = new long[1 << 20];
        Object text = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        assertThat(HeapHistogram.parse(text.toString()).bytesByClass().get("[J"))
                .isGreaterThan(8L * held.length);
    }

    @Test
    void whatGrewIsNamedTheGreatestFirst() {
        HeapHistogram before = new HeapHistogram(Map.of("same", 10L, "less", 10L, "more", 0L));
        HeapHistogram after = new HeapHistogram(Map.of("same", 10L, "less", 5L, "more", 1_024L, "new", 2_048L));
        assertThat(after.grownSince(before, 5)).containsExactly("+2.0 KiB new", "+1.0 KiB more");
        assertThat(after.grownSince(before, 1)).containsExactly("+2.0 KiB new");
    }

    @Test
    void aTextWithoutClassesIsAnError() {
        assertThatThrownBy(() -> HeapHistogram.parse("Unable to open socket file"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Unable to open socket file");
    }
}
