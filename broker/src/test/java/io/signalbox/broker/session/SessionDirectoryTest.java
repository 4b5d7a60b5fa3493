package io.signalbox.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.access.Authorizer;
import io.signalbox.broker.BrokerConfig;
import io.signalbox.broker.history.HistoryBudget;
import io.signalbox.broker.record.PastCodec;
import io.signalbox.broker.routing.Router;
import io.signalbox.message.Guarantee;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.StartPosition;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SessionDirectoryTest {
    private final Router router = new Router(BrokerConfig.DEFAULT, new HistoryBudget(1 << 20));
    private final List<String> steps = new ArrayList<>();

    private final SessionHost host = (SessionHost) Proxy.newProxyInstance(
            SessionHost.class.getClassLoader(),
            new Class<?>[] {SessionHost.class},
            (proxy, method, arguments) -> switch (method.getName()) {
                case "config" -> BrokerConfig.DEFAULT;
                case "time" -> new ManualTimeSource();
                case "background" -> (Executor) Runnable::run;
                case "floodgate" -> new Floodgate(1 << 20);
                case "storageRefusal" -> null;
                case "authorizer" -> Authorizer.ALLOW_ALL;
                default -> throw new UnsupportedOperationException(method.getName());
            });

    private void step(String name) {
        boolean routed = !router.routes(router.entry(Topic.ofMqtt("a"))).isEmpty();
        steps.add(name + (routed ? " with routes" : " without routes"));
    }

    private final SessionDirectory.PastReader past = new SessionDirectory.PastReader() {
        @Override
        public Runnable holdForRetained(BrokerSession session, FilterSpec spec, BooleanSupplier wanted) {
            step("hold");
            return () -> step("bring");
        }

        @Override
        public PastCodec.Running holdForHistory(BrokerSession session, FilterSpec spec) {
            step("hold");
            return new PastCodec.Running(spec, 0, 0);
        }

        @Override
        public void bring(BrokerSession session, PastCodec.Running running, BooleanSupplier wanted) {
            assertThat(wanted.getAsBoolean()).isTrue();
            step("bring");
        }
    };

    /** Publishers route on their own threads: one that finds the session must find it holding back. */
    @Test
    void theLiveStreamIsHeldBackBeforeAnythingIsRoutedToIt() {
        SessionDirectory directory =
                new SessionDirectory(host, (type, payload, durable) -> steps.add("note"), router, past, 0);
        BrokerSession session = new BrokerSession(1, SessionOptions.transientSession("s"), host);
        directory.restore(session, List.of());
        CompletableFuture<List<@Nullable Refusal>> answer = new CompletableFuture<>();
        CompletableFuture<Void> answered = answer.thenRun(() -> step("answer"));
        directory.subscribe(
                session,
                List.of(FilterSpec.of(TopicFilter.ofMqtt("a"), Guarantee.AT_MOST_ONCE)
                        .withStart(StartPosition.ALL, 0)),
                answer);
        assertThat(answered).isCompleted();
        assertThat(steps).containsExactly("hold without routes", "answer with routes", "bring with routes");
    }
}
