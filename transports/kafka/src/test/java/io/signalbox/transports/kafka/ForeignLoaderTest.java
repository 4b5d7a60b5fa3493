package io.signalbox.transports.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.message.Guarantee;
import io.signalbox.message.Message;
import io.signalbox.testkit.ManualTimeSource;
import io.signalbox.testkit.SettleBehaviour;
import io.signalbox.testkit.TestClient;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.SessionOptions;
import java.io.File;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A server has this transport and Kafka's library in a loader of their own, which is no thread's. */
final class ForeignLoaderTest {
    @Test
    void kafkasClassesAreFoundWhateverTheThreadsLoaderIs() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        ClassLoader without = ClassLoader.getPlatformClassLoader();
        try (URLClassLoader own = new URLClassLoader(urls.toArray(URL[]::new), without)) {
            thread.setContextClassLoader(without);
            Class<?> there = own.loadClass(ForeignLoaderTest.class.getName());
            assertThat(there).isNotSameAs(ForeignLoaderTest.class);
            KafkaConfig config = KafkaFixture.config("loader");
            Method method = there.getDeclaredMethod("throughAShareGroup", String.class, String.class);
            method.setAccessible(true); // the other loader's package is another
            Object got = method.invoke(null, config.bootstrap(), config.prefix());
            assertThat(got).isEqualTo(List.of("x"));
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** A consumer of a group has the most that is named by texts. */
    static List<String> throughAShareGroup(String bootstrap, String prefix) {
        KafkaConfig config = KafkaConfig.of(bootstrap)
                .withPrefix(prefix)
                .withCreation(new KafkaConfig.Creation(1, 1, Duration.ZERO));
        try (KafkaTransport transport = KafkaTransport.open(config, new ManualTimeSource());
                TestClient client = TestClient.open(
                        transport,
                        SessionOptions.durableSession("s"),
                        SettleBehaviour.ACCEPT,
                        Duration.ofSeconds(60))) {
            client.subscribe(FilterSpec.of(TopicFilter.ofMqtt("a"), Guarantee.AT_LEAST_ONCE)
                    .withShareGroup("g"));
            TestClient.get(
                    transport.publish(Message.to(Topic.ofMqtt("a")).payload("x").build()), Duration.ofSeconds(60));
            client.received().awaitCount(1);
            return List.copyOf(client.received().payloads());
        }
    }
}
