package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.bus.ManualScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class SchedulerLaneTest {
    private final ManualScheduler time = new ManualScheduler();
    private final SchedulerLane lane = new SchedulerLane(time);
    private final List<String> ran = new ArrayList<>();

    @Test
    void aTaskThatThrowsStopsNeitherTheNextNorThoseThatComeLater() {
        lane.execute(() -> {
            throw new AssertionError("on purpose");
        });
        lane.execute(() -> ran.add("next"));
        time.run();
        lane.execute(() -> ran.add("later"));
        time.run();
        assertThat(ran).containsExactly("next", "later");
    }

    @Test
    void whoRunsInItKnows() {
        lane.execute(() -> ran.add("in the lane: " + lane.inLane()));
        time.run();
        assertThat(ran).containsExactly("in the lane: true");
        assertThat(lane.inLane()).isFalse();
    }

    @Test
    void onceClosedItSaysSo() {
        time.close();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> lane.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        }
    }
}
