package io.signalbox.broker.embedded;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks of which each owner has one under way, and the others in line behind it. Any thread.
 *
 * <p>A line is no longer than twice what its owner wants: tasks that nobody wants any more run at once, which is the end
 * of them, when the line has grown to that.
 */
final class OneByOne {
    private static final Logger LOG = LoggerFactory.getLogger(OneByOne.class);
    private static final int UNSORTED_MAX = 16;

    private final Executor executor;
    private final Map<Object, Line> lines = new HashMap<>();

    private record Task(BooleanSupplier wanted, Runnable work) {}

    private static final class Line {
        private final Deque<Task> tasks = new ArrayDeque<>(1);
        private int sortAt = UNSORTED_MAX;
    }

    OneByOne(Executor executor) {
        this.executor = executor;
    }

    /** @param work ends soon, whoever runs it, when it is not wanted */
    void execute(Object owner, BooleanSupplier wanted, Runnable work) {
        @Nullable List<Runnable> unwanted;
        synchronized (lines) {
            Line line = lines.get(owner);
            if (line == null) {
                lines.put(owner, new Line());
                unwanted = null;
            } else {
                line.tasks.add(new Task(wanted, work));
                unwanted = unwanted(line);
            }
        }
        if (unwanted == null) {
            executor.execute(() -> run(owner, work));
        } else {
            unwanted.forEach(Runnable::run);
        }
    }

    private static List<Runnable> unwanted(Line line) {
        if (line.tasks.size() < line.sortAt) {
            return List.of();
        }
        List<Runnable> unwanted = new ArrayList<>();
        line.tasks.removeIf(task -> !task.wanted.getAsBoolean() && unwanted.add(task.work));
        line.sortAt = Math.max(UNSORTED_MAX, 2 * line.tasks.size());
        return unwanted;
    }

    private void run(Object owner, Runnable first) {
        for (Runnable next = first; next != null; next = nextOf(owner)) {
            try {
                next.run();
            } catch (RuntimeException e) {
                LOG.error("a task for {} met a fault; the next ones go on", owner, e);
            }
        }
    }

    private @Nullable Runnable nextOf(Object owner) {
        synchronized (lines) {
            Line line = lines.get(owner);
            Task next = line == null ? null : line.tasks.poll();
            if (next == null) {
                lines.remove(owner);
                return null;
            }
            return next.work;
        }
    }
}
