package io.signalbox.configuration.source;

import io.signalbox.setting.Sizes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/** Walks a YAML file and gives each text with its dotted key and line. */
public final class YamlSource {
    private static final int BYTES_MAX = 1 << 20;
    private static final int DEPTH_MAX = 8;
    private static final Pattern PLACE = Pattern.compile("line (\\d+), column");

    private final Path file;
    private final EntrySink settings;
    private final Set<String> seen = new HashSet<>();

    private YamlSource(Path file, EntrySink settings) {
        this.file = file;
        this.settings = settings;
    }

    /** What cannot be read is a problem as any other. */
    public static void read(Path file, EntrySink settings) {
        new YamlSource(file, settings).read();
    }

    private void read() {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(BYTES_MAX + 1);
        } catch (IOException e) {
            settings.problem(file.toString(), "cannot be read (" + e + "); name a file that is there");
            return;
        }
        if (bytes.length > BYTES_MAX) {
            settings.problem(file.toString(), "is larger than the limit of " + Sizes.format(BYTES_MAX));
            return;
        }
        YAMLFactory factory = YAMLFactory.builder()
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build();
        try (JsonParser parser = factory.createParser(tools.jackson.core.ObjectReadContext.empty(), bytes)) {
            JsonToken first = parser.nextToken();
            if (first == null || first == JsonToken.VALUE_NULL) {
                return;
            }
            if (first != JsonToken.START_OBJECT) {
                settings.problem(where(parser), "the file must be keys and values, such as `mqtt.port: 1883`");
                return;
            }
            object(parser, "", 1);
            if (parser.nextToken() != null) {
                settings.problem(where(parser), "a second document begins; a configuration is one");
            }
        } catch (JacksonException e) {
            notYaml(e);
        } catch (RuntimeException e) {
            settings.problem(file.toString(), "is not YAML: " + e.getMessage());
        }
    }

    /** The library's text has what it was doing, what it found, and then excerpts with places, the last of them ours. */
    private void notYaml(JacksonException e) {
        String line =
                e.getLocation() == null ? "?" : Integer.toString(e.getLocation().getLineNr());
        Matcher places = PLACE.matcher(e.getOriginalMessage());
        while (places.find()) {
            line = places.group(1);
        }
        String found = e.getOriginalMessage()
                .lines()
                .takeWhile(text -> !text.isBlank())
                .filter(text -> !text.startsWith(" "))
                .map(String::strip)
                .collect(Collectors.joining(", "));
        settings.problem(file + " line " + line, "is not YAML: " + (found.isEmpty() ? "unreadable" : found));
    }

    private void object(JsonParser parser, String prefix, int depth) {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = prefix + parser.currentName();
            parser.nextToken();
            value(parser, name, depth);
        }
    }

    private void value(JsonParser parser, String name, int depth) {
        if (depth > DEPTH_MAX) {
            settings.problem(where(parser), "is nested more than " + DEPTH_MAX + " levels deep");
            parser.skipChildren();
            return;
        }
        switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, name + ".", depth + 1);
            case START_ARRAY -> list(parser, name, depth);
            default -> scalar(parser, name);
        }
    }

    /** A list of maps becomes {@code name[0].key}; a list of texts one text with commas. */
    private void list(JsonParser parser, String name, int depth) {
        int line = line(parser);
        StringBuilder texts = new StringBuilder();
        int index = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == JsonToken.START_OBJECT || parser.currentToken() == JsonToken.START_ARRAY) {
                value(parser, name + "[" + index++ + "]", depth + 1);
            } else if (isAlias(parser)) {
                settings.problem(where(parser), name + " has an alias; write the value itself");
            } else {
                texts.append(texts.isEmpty() ? "" : ", ").append(parser.getString());
            }
        }
        if (!texts.isEmpty() && !seen.add(name)) {
            settings.problem(file + " line " + line, name + " is there twice; remove one");
        } else if (!texts.isEmpty()) {
            settings.put(name, texts.toString(), file + " line " + line);
        }
    }

    private void scalar(JsonParser parser, String name) {
        if (isAlias(parser)) {
            settings.problem(where(parser), name + " is an alias; write the value itself");
            return;
        }
        if (!seen.add(name)) {
            settings.problem(where(parser), name + " is there twice; remove one");
            return;
        }
        String text = parser.getString();
        if (text == null || text.isEmpty() || parser.currentToken() == JsonToken.VALUE_NULL) {
            settings.problem(where(parser), name + " has no value; give it one or remove the line");
            return;
        }
        settings.put(name, text, where(parser));
    }

    private static boolean isAlias(JsonParser parser) {
        return parser instanceof YAMLParser yaml && yaml.isCurrentAlias();
    }

    private String where(JsonParser parser) {
        return file + " line " + line(parser);
    }

    private static int line(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }
}
