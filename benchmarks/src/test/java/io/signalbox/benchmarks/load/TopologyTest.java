package io.signalbox.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TopologyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-m pairs -P 3 -S 3",
                "-m pairs -P 2 -S 7 -T 5",
                "-m fanout -P 4 -S 9",
                "-m fanin -P 5 -S 2",
                "-m wildcard -P 3 -S 13 -T 47",
                "-m wildcard -P 3 -S 9 -T 4"
            })
    void aStreamReachesThoseWhoseFilterMatchesItsTopic(String arguments) {
        Plan plan = Plan.parse(arguments.split(" "));
        Topology topology = new Topology(plan);
        for (int stream = 0; stream < topology.streams(); stream++) {
            int matches = 0;
            for (int i = 0; i < plan.subscribers; i++) {
                boolean match = TopicFilter.ofMqtt(topology.filter(i)).matches(Topic.ofMqtt(topology.topic(stream)));
                matches += match ? 1 : 0;
                if (plan.pattern.exact()) {
                    assertThat(topology.slot(i, stream) >= 0)
                            .as("stream %d, subscriber %d", stream, i)
                            .isEqualTo(match);
                }
                assertThat(topology.slot(i, stream)).isLessThan(topology.slots());
            }
            assertThat(topology.fan(stream)).as("stream %d", stream).isEqualTo(matches);
        }
    }
}
