package io.signalbox.configuration.hierarchy;

import io.signalbox.error.SignalboxException;
import io.signalbox.setting.Entry;
import io.signalbox.setting.NearestKey;
import io.signalbox.setting.Problems;
import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.TransportProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code transport} and {@code transports}, and tells all that is wrong with them. */
public final class HierarchyReader {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    private static final String GROUP = "transports.";

    private final Providers providers;
    private final Map<String, Promise> given;
    private final Problems problems;
    private final Map<String, Prepared> prepared = new LinkedHashMap<>();

    /** What a transport is made from. */
    private record Prepared(Settings settings, TransportProvider provider) {}

    /** @param given what transports promise that are there without being configured, by name */
    public HierarchyReader(Providers providers, Map<String, Promise> given, Problems problems) {
        this.providers = providers;
        this.given = given;
        this.problems = problems;
    }

    /**
     * @param entries whose names begin with {@code transport} or {@code transports}
     * @param otherwise name of the default transport, unless the entries say another
     * @param waits of those who wait for answers of transports, and are no transports themselves, by transport
     */
    public Hierarchy read(
            Map<String, Entry> entries,
            Map<String, String> environment,
            String otherwise,
            Map<String, AnswerWait> waits) {
        int before = problems.texts().size();
        Map<String, Entry> all = new LinkedHashMap<>(entries);
        EnvironmentUrls.read(environment, providers, all, problems);
        Map<String, TransportEntry> read = new LinkedHashMap<>();
        Map<String, Map<String, Entry>> sections = sections(all);
        sections.forEach((name, section) -> {
            TransportEntry entry = entry(name, section);
            if (entry != null) {
                read.put(name, entry);
            }
        });
        // A transport that is wrong would be missed by those that are made of it, which is no news.
        List<TransportEntry> ordered = problems.texts().size() == before
                ? new OpeningOrder(read, given.keySet(), problems).order()
                : List.of();
        if (problems.texts().size() == before) {
            ordered = answeringInTime(ordered, waits);
        }
        Hierarchy hierarchy = new Hierarchy(ordered, given.keySet(), standard(all, sections.keySet(), otherwise));
        if (problems.texts().size() == before) {
            checkTogether(hierarchy);
        }
        return hierarchy;
    }

    private Map<String, Map<String, Entry>> sections(Map<String, Entry> entries) {
        Map<String, Map<String, Entry>> sections = new LinkedHashMap<>();
        entries.forEach((name, entry) -> {
            if (name.equals("transport")) {
                return;
            }
            int dot = name.startsWith(GROUP) ? name.indexOf('.', GROUP.length()) : -1;
            if (dot < 0) {
                problems.add(
                        entry.where(),
                        "'" + Problems.shorten(name)
                                + "' must be a group: `transports:`, below it a name, and below that `type:` and more");
                return;
            }
            sections.computeIfAbsent(name.substring(GROUP.length(), dot), key -> new LinkedHashMap<>())
                    .put(name.substring(dot + 1), entry);
        });
        return sections;
    }

    private @Nullable TransportEntry entry(String name, Map<String, Entry> section) {
        Settings settings = new Settings(GROUP + name, section);
        if (!NAME.matcher(name).matches() || given.containsKey(name)) {
            problems.add(
                    settings.where(),
                    given.containsKey(name)
                            ? "the name '" + name + "' is taken; choose another"
                            : "'" + Problems.shorten(name)
                                    + "' is no name of a transport; it must be 1 to 40 of a-z, 0-9 and -");
            return null;
        }
        Entry type = settings.entry(CommonSettings.TYPE.name());
        if (type == null) {
            problems.add(settings.where(), settings.path() + ".type is missing; there are " + providers.types());
            return null;
        }
        Optional<TransportProvider> provider = providers.ofType(type.text());
        if (provider.isEmpty()) {
            problems.add(type.where(), unknown(type.text()));
            return null;
        }
        return entry(name, settings, provider.get());
    }

    private String unknown(String type) {
        return "there is no transport of type '" + Problems.shorten(type) + "'"
                + NearestKey.of(type, providers.types())
                        .map(near -> "; did you mean '" + near + "'?")
                        .orElse("; there are " + providers.types() + ", and those of jars in SIGNALBOX_PLUGINS");
    }

    private @Nullable TransportEntry entry(String name, Settings settings, TransportProvider provider) {
        List<Setting<?>> known = new ArrayList<>(CommonSettings.ALL);
        known.addAll(provider.settings());
        int before = problems.texts().size();
        settings.check(known, problems);
        if (problems.texts().size() > before) {
            return null;
        }
        prepared.put(name, new Prepared(settings, provider));
        return prepare(name, settings, provider);
    }

    private @Nullable TransportEntry prepare(String name, Settings settings, TransportProvider provider) {
        SpoolEntry spool = CommonSettings.spool(settings, problems);
        try {
            TransportPlan plan = provider.prepare(settings.without(CommonSettings.ALL));
            return new TransportEntry(
                    name, provider.type(), plan, settings.get(CommonSettings.WHEN_ABSENT), spool, settings.where());
        } catch (IllegalArgumentException | SignalboxException e) {
            problems.add(settings.where(), settings.path() + ": " + e.getMessage());
        } catch (LinkageError e) {
            problems.add(
                    settings.where(), settings.path() + ": the library of " + provider.type() + " is missing: " + e);
        }
        return null;
    }

    /** Whoever uses a transport comes before it, and says how long it waits. */
    private List<TransportEntry> answeringInTime(List<TransportEntry> ordered, Map<String, AnswerWait> ofOthers) {
        Map<String, AnswerWait> waits = new HashMap<>(ofOthers);
        List<TransportEntry> inTime = new ArrayList<>();
        for (TransportEntry entry : ordered.reversed()) {
            Prepared how = Objects.requireNonNull(prepared.get(entry.name()));
            AnswerWait waiter = waits.get(entry.name());
            Settings settings = how.settings();
            SpoolEntry spool = entry.spool();
            if (spool != null) {
                settings = AnswerBudget.fit(settings, List.of(CommonSettings.ANSWER_TIMEOUT), 1, waiter, problems);
                waiter = new AnswerWait("the spool of " + entry.name(), settings.get(CommonSettings.ANSWER_TIMEOUT));
                if (spool.refusedTo() != null) {
                    waits.merge(spool.refusedTo(), waiter, AnswerWait::atMost);
                }
            }
            List<Setting<Duration>> own = AnswerBudget.waits(how.provider().settings());
            settings = AnswerBudget.fit(settings, own, entry.plan().answersInTurn(), waiter, problems);
            for (Setting<Duration> wait : own) {
                AnswerWait mine = new AnswerWait("the transport " + entry.name(), settings.get(wait));
                entry.plan().parts().forEach(part -> waits.merge(part, mine, AnswerWait::atMost));
            }
            TransportEntry fitted = prepare(entry.name(), settings, how.provider());
            inTime.addFirst(fitted == null ? entry : fitted);
        }
        return inTime;
    }

    private String standard(Map<String, Entry> entries, Set<String> names, String otherwise) {
        Entry said = entries.get("transport");
        if (said == null) {
            return otherwise.isEmpty() && names.size() == 1 ? names.iterator().next() : otherwise;
        }
        if (!names.contains(said.text()) && !given.containsKey(said.text())) {
            List<String> all = new ArrayList<>(names);
            all.addAll(given.keySet());
            problems.add(said.where(), "transport is '" + Problems.shorten(said.text()) + "'; there are " + all);
        }
        return said.text();
    }

    /** What no part can know alone. */
    private void checkTogether(Hierarchy hierarchy) {
        try {
            hierarchy.promises(given, Duration.ZERO);
        } catch (IllegalArgumentException e) {
            problems.add("transports", String.valueOf(e.getMessage()));
        }
    }
}
