package io.signalbox.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a command prints: a table for people, or with {@code --json} one JSON document a line for programs. */
final class Output {
    @Option(names = "--json", description = "Print JSON, one document a line.")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec command;

    boolean json() {
        return json;
    }

    Stdio stdio() {
        return RootCommand.stdio(command);
    }

    Style style() {
        return new Style(stdio().colours());
    }

    /** Flushed at the end; who prints over a longer time does so itself. */
    PrintWriter out() {
        return command.commandLine().getOut();
    }

    /** One line. */
    void document(Object value) {
        out().println(Json.text(value));
    }

    /** @param rows each with the same keys, which are the columns */
    void rows(List<Map<String, @Nullable Object>> rows) {
        if (json) {
            rows.forEach(this::document);
        } else {
            if (rows.isEmpty() && stdio().outTerminal()) {
                stdio().err().println("none");
            }
            Table.print(rows, style(), out());
        }
    }

    /** Messages as the API gives them. */
    void messages(List<Map<String, @Nullable Object>> messages) {
        if (json) {
            messages.forEach(this::document);
            return;
        }
        rows(messages.stream().map(Output::messageRow).toList());
    }

    private static Map<String, @Nullable Object> messageRow(Map<String, @Nullable Object> message) {
        Map<String, @Nullable Object> row = pick(message, "sequence");
        if (message.get("time") instanceof Number millis) {
            row.put("time", Instant.ofEpochMilli(millis.longValue()).toString());
        }
        row.put("topic", message.get("topic"));
        row.put("qos", message.get("qos"));
        Object payload = message.get("payload");
        row.put("payload", payload == null ? message.get("payloadBase64") : payload);
        return row;
    }

    /** Names and values of one thing. */
    void fields(Map<String, @Nullable Object> fields) {
        if (json) {
            document(fields);
            return;
        }
        int width = fields.keySet().stream().mapToInt(String::length).max().orElse(0);
        fields.forEach((name, value) ->
                out().println(style().heading(name) + " ".repeat(width - name.length() + 2) + cell(value)));
    }

    /** Picks columns out of a JSON object, in their order. */
    static Map<String, @Nullable Object> pick(Map<String, @Nullable Object> object, String... columns) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (String column : columns) {
            row.put(column, object.get(column));
        }
        return row;
    }

    static String cell(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Collection<?> many -> many.stream().map(Output::cell).collect(Collectors.joining(", "));
            case Map<?, ?> named ->
                named.entrySet().stream()
                        .map(entry -> cell(entry.getKey()) + "=" + cell(entry.getValue()))
                        .collect(Collectors.joining(", "));
            default -> printable(String.valueOf(value));
        };
    }

    /** What came over a wire must not move the cursor. */
    static String printable(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> safe.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c));
        return safe.toString();
    }
}
