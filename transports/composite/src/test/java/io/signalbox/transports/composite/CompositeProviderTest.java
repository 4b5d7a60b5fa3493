package io.signalbox.transports.composite;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Message;
import io.signalbox.setting.Entry;
import io.signalbox.setting.Problems;
import io.signalbox.setting.Settings;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.transport.Transport;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transport.provider.Surroundings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.WhenAbsent;
import io.signalbox.transports.composite.spool.RefusedMessages;
import io.signalbox.transports.composite.spool.SpoolConfig;
import io.signalbox.transports.composite.spool.SpoolPromise;
import io.signalbox.transports.composite.spool.SpoolingTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said before it is open is what it is. */
class CompositeProviderTest {
    private static final Message ORDER = Message.to(Topic.ofMqtt("orders/1")).build();
    private static final Message OTHER = Message.to(Topic.ofMqtt("other")).build();

    private static TransportPlan plan(String... namesAndValues) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            entries.put(namesAndValues[i], new Entry(namesAndValues[i + 1], "test"));
        }
        CompositeProvider provider = new CompositeProvider();
        Settings settings = new Settings("transports.c", entries);
        Problems problems = new Problems();
        settings.check(provider.settings(), problems);
        assertThat(problems.texts()).isEmpty();
        return provider.prepare(settings);
    }

    private static Promise of(Transport transport) {
        return Promise.of(transport.capabilities(), transport.guarantees(), true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"all", "any", "quorum", "split", "fallback"})
    void thePromiseIsWhatTheOpenOneSays(String strategy) throws Exception {
        Map<String, Transport> parts = Map.of("a", Brokers.open(), "b", Brokers.open(), "kept", Brokers.open());
        Map<String, Promise> promises = new LinkedHashMap<>();
        parts.forEach((name, transport) -> promises.put(name, of(transport)));
        TransportPlan plan = plan(
                "strategy",
                strategy,
                "members",
                "a, b",
                "archives[0].transport",
                "kept",
                "archives[0].filter",
                "orders/#");
        assertThat(plan.parts()).containsExactly("a", "b", "kept");
        Promise promise = plan.promise(promises, Duration.ZERO);
        Surroundings surroundings = new Surroundings(
                "c", new ManualTimeSource(), WhenAbsent.WAIT, name -> Objects.requireNonNull(parts.get(name)));
        try (CompositeTransport open = (CompositeTransport) plan.open(surroundings)) {
            Explanation said = open.explain(ORDER.topic());
            assertThat(promise.capabilities()).isEqualTo(open.capabilities());
            assertThat(promise.guarantees(ORDER).lossWindow()).isEqualTo(said.lossWindow());
            assertThat(promise.guarantees(ORDER).duplicates()).isEqualTo(said.duplicates());
            assertThat(promise.guarantees(ORDER).durability())
                    .startsWith(said.durability() + ": at " + said.copiesMin() + " of 2");
            assertThat(promise.hazards(ORDER)).containsAll(said.hazards());
            assertThat(promise.archives(ORDER)).isTrue();
            assertThat(promise.archives(OTHER)).isFalse();
        }
    }

    @Test
    void aRuleForATopicOrATypeHasItsOwnStrategy() {
        TransportPlan plan = plan(
                "strategy",
                "any",
                "members",
                "a, b",
                "rules[0].filter",
                "orders/#",
                "rules[0].strategy",
                "all",
                "rules[1].message-type",
                "Payment",
                "rules[1].strategy",
                "fallback");
        try (Transport broker = Brokers.open()) {
            Promise promise = plan.promise(Map.of("a", of(broker), "b", of(broker)), Duration.ZERO);
            assertThat(promise.guarantees(ORDER).durability()).contains("(all)");
            assertThat(promise.guarantees(OTHER).durability()).contains("(any)");
        }
    }

    @Test
    void aSpoolsPromiseIsWhatTheOpenOneSays(@TempDir Path folder) throws Exception {
        SpoolConfig config = SpoolConfig.in(folder);
        Transport target = Brokers.open();
        Promise promise = new SpoolPromise(of(target), config);
        try (SpoolingTransport open = new SpoolingTransport(
                target, config, RefusedMessages.at((message, refusal) -> {}), new ManualTimeSource())) {
            assertThat(promise.capabilities()).isEqualTo(open.capabilities());
            assertThat(promise.guarantees(ORDER).duplicates())
                    .isEqualTo(open.guarantees().duplicates());
            assertThat(promise.guarantees(ORDER).lossWindow())
                    .isEqualTo(open.guarantees().lossWindow());
            assertThat(promise.guarantees(ORDER).retention())
                    .isEqualTo(open.guarantees().retention());
        }
    }
}
