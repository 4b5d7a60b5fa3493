package io.signalbox.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Columns as wide as they need; numbers to the right. */
final class Table {
    private Table() {}

    static void print(List<Map<String, @Nullable Object>> rows, Style style, PrintWriter out) {
        if (rows.isEmpty()) {
            return;
        }
        List<String> columns = new ArrayList<>(rows.getFirst().keySet());
        int[] widths = new int[columns.size()];
        boolean[] numbers = new boolean[columns.size()];
        for (int c = 0; c < widths.length; c++) {
            String column = columns.get(c);
            widths[c] = heading(column).length();
            numbers[c] = rows.stream().allMatch(row -> row.get(column) instanceof Number);
            for (Map<String, @Nullable Object> row : rows) {
                widths[c] = Math.max(widths[c], Output.cell(row.get(column)).length());
            }
        }
        List<String> cells = new ArrayList<>();
        for (int c = 0; c < widths.length; c++) {
            cells.add(pad(heading(columns.get(c)), widths[c], numbers[c]));
        }
        out.println(style.heading(String.join("  ", cells).stripTrailing()));
        for (Map<String, @Nullable Object> row : rows) {
            cells.clear();
            for (int c = 0; c < widths.length; c++) {
                cells.add(pad(Output.cell(row.get(columns.get(c))), widths[c], numbers[c]));
            }
            out.println(String.join("  ", cells).stripTrailing());
        }
    }

    /** {@code queuedBytes} becomes {@code QUEUED BYTES}. */
    private static String heading(String column) {
        return column.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toUpperCase(Locale.ROOT);
    }

    private static String pad(String text, int width, boolean right) {
        String space = " ".repeat(Math.max(0, width - text.length()));
        return right ? space + text : text + space;
    }
}
