package io.signalbox.benchmarks.bus;

import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/** What JMH found, as a table in Markdown: mean, error (99.9 %), least and most of the iterations, bytes allocated. */
final class JmhTable {
    private static final String BYTES = "gc.alloc.rate.norm";

    private JmhTable() {}

    static String of(Collection<RunResult> results) {
        StringBuilder table =
                new StringBuilder("| benchmark | of | mean ± error (least–most) | B/op |\n| --- | --- | --- | --- |\n");
        for (RunResult each : results) {
            Result<?> score = each.getPrimaryResult();
            Statistics all = score.getStatistics();
            Result<?> bytes = each.getSecondaryResults().get(BYTES);
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s ± %s (%s–%s) %s | %s |%n",
                    score.getLabel(),
                    of(each),
                    text(score.getScore()),
                    text(score.getScoreError()),
                    text(all.getMin()),
                    text(all.getMax()),
                    score.getScoreUnit(),
                    bytes == null ? "" : text(bytes.getScore())));
        }
        return table.toString();
    }

    private static String of(RunResult result) {
        var params = result.getParams();
        StringBuilder text = new StringBuilder();
        for (String key : params.getParamsKeys()) {
            text.append(params.getParam(key)).append(' ');
        }
        return text.toString().trim();
    }

    /** Three digits that mean something. */
    static String text(double value) {
        if (Math.abs(value) >= 1e6) {
            return String.format(Locale.ROOT, "%.1f M", value / 1e6);
        }
        if (Math.abs(value) >= 1e3) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : "%.1f", value);
    }
}
