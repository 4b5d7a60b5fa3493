package io.signalbox.configuration.bridge;

import io.signalbox.codec.Codec;
import io.signalbox.codec.CodecProvider;
import io.signalbox.codec.Codecs;
import io.signalbox.configuration.bridge.BridgeEntry.ArchiveEntry;
import io.signalbox.configuration.hierarchy.AnswerWait;
import io.signalbox.error.SignalboxException;
import io.signalbox.setting.Entry;
import io.signalbox.setting.NearestKey;
import io.signalbox.setting.Problems;
import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.provider.ConditionProvider;
import io.signalbox.transport.provider.MessageCondition;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transports.composite.bridge.BridgeConfig;
import io.signalbox.transports.composite.bridge.BridgeQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code bridges}. */
public final class BridgesReader {
    private final Settings settings;
    private final Map<String, Promise> promises;
    private final Problems problems;
    private final ClassLoader libraries;
    private final Codecs codecs;

    private BridgesReader(
            Settings settings, Map<String, Promise> promises, ClassLoader libraries, Codecs codecs, Problems problems) {
        this.settings = settings;
        this.promises = promises;
        this.libraries = libraries;
        this.codecs = codecs;
        this.problems = problems;
    }

    /**
     * @param entries whose names begin with {@code bridges}
     * @param promises of all transports, by name, without asking anybody
     * @param libraries where codecs and conditions are looked for
     */
    public static List<BridgeEntry> read(
            Map<String, Entry> entries, Map<String, Promise> promises, ClassLoader libraries, Problems problems) {
        if (entries.isEmpty()) {
            return List.of();
        }
        Settings settings = new Settings("bridges", entries);
        List<CodecProvider> found = new ArrayList<>();
        ServiceLoader.load(CodecProvider.class, libraries).forEach(found::add);
        if (found.isEmpty()) {
            problems.add(settings.where(), "bridges need io.signalbox:signalbox-codecs on the class path");
            return List.of();
        }
        return new BridgesReader(settings, promises, libraries, Codecs.of(found), problems).read();
    }

    /**
     * How long bridges wait for the answers of transports, by name; what is wrong is left out, and told when they are
     * read.
     */
    public static Map<String, AnswerWait> waits(Map<String, Entry> entries) {
        Settings settings = new Settings("bridges", entries);
        Map<String, AnswerWait> waits = new HashMap<>();
        for (int index : settings.indexes("bridges")) {
            try {
                String bridge = "the bridge '" + settings.get(BridgeSettings.NAME, index) + "'";
                Duration timeout = settings.get(BridgeSettings.ANSWER_TIMEOUT, index);
                String archive = settings.get(BridgeSettings.ARCHIVE_REQUIRED, index)
                        ? settings.get(BridgeSettings.ARCHIVE, index).orElse(null)
                        : null;
                if (archive == null) {
                    waits.merge(
                            settings.get(BridgeSettings.TO, index),
                            new AnswerWait(bridge, timeout),
                            AnswerWait::atMost);
                } else { // it is asked first, and the far side afterwards
                    AnswerWait half =
                            new AnswerWait(bridge + ", half of whose time is the archive's,", timeout.dividedBy(2));
                    waits.merge(settings.get(BridgeSettings.TO, index), half, AnswerWait::atMost);
                    waits.merge(archive, half, AnswerWait::atMost);
                }
            } catch (IllegalArgumentException | IllegalStateException e) {
                continue;
            }
        }
        return waits;
    }

    private List<BridgeEntry> read() {
        List<BridgeEntry> bridges = new ArrayList<>();
        int before = problems.texts().size();
        settings.check(BridgeSettings.ALL, problems);
        if (problems.texts().size() > before) {
            return bridges;
        }
        Set<String> names = new HashSet<>();
        for (int index : settings.indexes("bridges")) {
            BridgeEntry bridge = bridge(index);
            if (bridge != null && !names.add(bridge.name())) {
                problems.add(
                        bridge.where(), "two bridges are called '" + bridge.name() + "'; their sessions would be one");
            } else if (bridge != null) {
                bridges.add(bridge);
            }
        }
        return bridges;
    }

    private @Nullable BridgeEntry bridge(int index) {
        int before = problems.texts().size();
        String from = transport(BridgeSettings.FROM, index);
        String to = transport(BridgeSettings.TO, index);
        checkSource(from, index);
        if (from.equals(to)) {
            problem(BridgeSettings.TO, index, "is the transport that it comes from; a bridge has two ends");
        }
        String toCodec = codec(BridgeSettings.TO_CODEC, index);
        MessageSelection selection = new MessageSelection(
                codecs, condition(BridgeSettings.WHEN, index), codec(BridgeSettings.FROM_CODEC, index), toCodec);
        ArchiveEntry archive = archive(index, selection);
        String prefix = settings.get(BridgeSettings.TOPIC_PREFIX, index).orElse("");
        checkPrefix(prefix, index);
        BridgeQueue queue = new BridgeQueueReader(settings, promises, problems).read(from, index);
        if (problems.texts().size() > before) {
            return null;
        }
        BridgeConfig config = new BridgeConfig(
                settings.get(BridgeSettings.NAME, index),
                receivingAt(to),
                settings.get(BridgeSettings.FILTERS, index),
                new BridgeRule(selection, prefix),
                settings.get(BridgeSettings.WINDOW_MAX, index),
                settings.get(BridgeSettings.WINDOW_BYTES_MAX, index),
                settings.get(BridgeSettings.ANSWER_TIMEOUT, index),
                queue);
        return new BridgeEntry(config, from, to, toCodec, archive, settings.where(BridgeSettings.NAME, index));
    }

    /** Names of the bridges that begin at a transport. */
    private Set<String> receivingAt(String transport) {
        Set<String> names = new HashSet<>();
        for (int index : settings.indexes("bridges")) {
            if (settings.get(BridgeSettings.FROM, index).equals(transport)) {
                names.add(settings.get(BridgeSettings.NAME, index));
            }
        }
        return names;
    }

    /** What is archived is in the codec of the far side, unless it is to have another. */
    private @Nullable ArchiveEntry archive(int index, MessageSelection crossing) {
        if (settings.get(BridgeSettings.ARCHIVE, index).isEmpty()) {
            return null;
        }
        String codec = codec(BridgeSettings.ARCHIVE_CODEC, index);
        String assumed = crossing.codec() == null ? crossing.assumed() : crossing.codec();
        return new ArchiveEntry(
                known(settings.get(BridgeSettings.ARCHIVE, index).orElseThrow(), BridgeSettings.ARCHIVE, index),
                new MessageSelection(codecs, condition(BridgeSettings.ARCHIVE_WHEN, index), assumed, codec),
                settings.get(BridgeSettings.ARCHIVE_REQUIRED, index));
    }

    private String transport(Setting<String> setting, int index) {
        return known(settings.get(setting, index), setting, index);
    }

    private String known(String name, Setting<?> setting, int index) {
        if (!promises.containsKey(name)) {
            List<String> names = List.copyOf(promises.keySet());
            problem(
                    setting,
                    index,
                    "is '" + Problems.shorten(name) + "'"
                            + NearestKey.of(name, names)
                                    .map(near -> "; did you mean '" + near + "'?")
                                    .orElse("; there are " + names));
        }
        return name;
    }

    private void checkSource(String from, int index) {
        if (promises.containsKey(from)) {
            for (Feature feature : List.of(Feature.SUBSCRIBE, Feature.DURABLE_SESSIONS)) {
                if (!Objects.requireNonNull(promises.get(from)).capabilities().has(feature)) {
                    problem(
                            BridgeSettings.FROM,
                            index,
                            "is '" + from + "', which has no " + feature + "; a bridge cannot begin there");
                    return;
                }
            }
        }
    }

    private void checkPrefix(String prefix, int index) {
        try {
            if (!prefix.isEmpty()) {
                Topic.ofMqtt(prefix + "x");
            }
        } catch (SignalboxException e) {
            problem(BridgeSettings.TOPIC_PREFIX, index, "is no beginning of a topic: " + e.getMessage());
        }
    }

    /** A content type, or what stands behind its slash: {@code json} for {@code application/json}. */
    private @Nullable String codec(Setting<Optional<String>> setting, int index) {
        String text = settings.get(setting, index).orElse(null);
        if (text == null) {
            return null;
        }
        for (String type : codecs.contentTypes()) {
            if (type.equals(text) || type.endsWith("/" + text)) {
                return codecs.find(type).map(Codec::contentType).orElse(type);
            }
        }
        problem(setting, index, "is '" + Problems.shorten(text) + "'; there are codecs for " + codecs.contentTypes());
        return null;
    }

    private @Nullable MessageCondition condition(Setting<Optional<String>> setting, int index) {
        String expression = settings.get(setting, index).orElse(null);
        if (expression == null) {
            return null;
        }
        Optional<ConditionProvider> language =
                ServiceLoader.load(ConditionProvider.class, libraries).findFirst();
        if (language.isEmpty()) {
            problem(setting, index, "needs io.signalbox:signalbox-condition on the class path");
            return null;
        }
        try {
            return language.get().compile(expression);
        } catch (IllegalArgumentException e) {
            problem(setting, index, "is no condition: " + e.getMessage());
            return null;
        }
    }

    private void problem(Setting<?> setting, int index, String text) {
        problems.add(settings.where(setting, index), setting.name().replace("[]", "[" + index + "]") + " " + text);
    }
}
