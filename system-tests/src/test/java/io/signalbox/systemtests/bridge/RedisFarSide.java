package io.signalbox.systemtests.bridge;

import io.signalbox.systemtests.process.RedisProcess;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Redis, read with redis-cli: the stream of everything that was published. */
final class RedisFarSide implements FarSide {
    private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern ID = Pattern.compile("\\d+-\\d+");

    private final RedisProcess redis = new RedisProcess();

    @Override
    public List<String> settings() {
        return List.of("type: redis", "uri: " + redis.uri());
    }

    @Override
    public String durability() {
        return "SYNCED: every queue";
    }

    /** CSV has entry ids, names and values in a row, each quoted, with bytes that are not printable as \xNN. */
    @Override
    public List<Crossed> read() {
        List<Crossed> all = new ArrayList<>();
        Map<String, byte[]> fields = new HashMap<>();
        List<byte[]> cells = cells(String.join("", redis.cli("--csv", "XRANGE", "{signalbox}:log", "-", "+")));
        for (int i = 0; i < cells.size(); ) {
            if (ID.matcher(text(cells.get(i))).matches()) {
                add(all, fields);
                fields.clear();
                i++;
            } else {
                fields.put(text(cells.get(i)), cells.get(i + 1));
                i += 2;
            }
        }
        add(all, fields);
        return all;
    }

    private static void add(List<Crossed> all, Map<String, byte[]> fields) {
        if (!fields.isEmpty()) {
            byte[] none = {};
            all.add(new Crossed(
                    text(fields.getOrDefault("sb-topic", none)),
                    text(fields.getOrDefault("sb-id", none)),
                    text(fields.getOrDefault("sb-ordering-key", none)),
                    text(fields.getOrDefault("content-type", none)),
                    text(fields.getOrDefault("tenant", none)),
                    fields.getOrDefault("sb-payload", none)));
        }
    }

    private static List<byte[]> cells(String csv) {
        List<byte[]> cells = new ArrayList<>();
        Matcher quoted = QUOTED.matcher(csv);
        while (quoted.find()) {
            cells.add(unescape(quoted.group(1)));
        }
        return cells;
    }

    private static byte[] unescape(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                bytes.write(c);
            } else if (text.charAt(++i) == 'x') {
                bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(
                        switch (text.charAt(i)) {
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            case 't' -> '\t';
                            case 'a' -> 7;
                            case 'b' -> '\b';
                            default -> text.charAt(i);
                        });
            }
        }
        return bytes.toByteArray();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void kill() {
        redis.kill();
    }

    @Override
    public void restart() {
        redis.start();
    }

    @Override
    public void close() {
        redis.close();
    }
}
