package io.signalbox.broker.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class OneByOneTest {
    private final Deque<Runnable> background = new ArrayDeque<>();
    private final OneByOne oneByOne = new OneByOne(background::add);
    private final List<String> ran = new ArrayList<>();

    @Test
    void anOwnersTasksShareOneThreadInTheirOrder() {
        oneByOne.execute("a", () -> true, () -> ran.add("a1"));
        oneByOne.execute("a", () -> true, () -> ran.add("a2"));
        oneByOne.execute("b", () -> true, () -> ran.add("b1"));
        oneByOne.execute("a", () -> true, () -> ran.add("a3"));
        assertThat(background).hasSize(2);
        background.removeLast().run();
        assertThat(ran).containsExactly("b1");
        background.removeLast().run();
        assertThat(ran).containsExactly("b1", "a1", "a2", "a3");
        oneByOne.execute("a", () -> true, () -> ran.add("a4"));
        background.removeLast().run();
        assertThat(ran).endsWith("a4");
    }

    @Test
    void whatNobodyWantsDoesNotPileUp() {
        int[] newest = {0};
        int[] waiting = {0};
        int most = 0;
        for (int i = 1; i <= 1_000; i++) {
            int number = i;
            newest[0] = number;
            waiting[0]++;
            oneByOne.execute("a", () -> newest[0] == number, () -> waiting[0]--);
            most = Math.max(most, waiting[0]);
        }
        assertThat(most).isLessThan(20);
        assertThat(background).hasSize(1);
        background.removeLast().run();
        assertThat(waiting[0]).isZero();
    }
}
