package io.signalbox.transports.memory;

import io.signalbox.message.Message;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Some messages in the order they were seen, and what a test may expect of them. */
public final class Messages {
    private static final int SHOWN_MAX = 20;

    private final String what;
    private final List<Seen> seen;

    record Seen(Message message, long atNanos) {}

    Messages(String what, List<Seen> seen) {
        this.what = what;
        this.seen = seen;
    }

    public int size() {
        return seen.size();
    }

    public List<Message> all() {
        return seen.stream().map(Seen::message).toList();
    }

    public List<String> payloads() {
        return seen.stream().map(one -> one.message().payloadText()).toList();
    }

    /** The parts of a message that a test is about. */
    public Messages that(Predicate<Message> wanted) {
        return new Messages(
                what, seen.stream().filter(one -> wanted.test(one.message())).toList());
    }

    // Expectations: each throws an AssertionError that shows what there is

    public Messages expectCount(int count) {
        check(seen.size() == count, "expected " + count + " messages");
        return this;
    }

    public Messages expectPayloads(String... payloads) {
        check(payloads().equals(List.of(payloads)), "expected " + List.of(payloads));
        return this;
    }

    /** All of them. */
    public Messages expectEach(String rule, Predicate<Message> holds) {
        check(seen.stream().allMatch(one -> holds.test(one.message())), "expected each: " + rule);
        return this;
    }

    /**
     * Numbers ascend within each key: nothing overtook anything. Repeats of the same number are allowed; see {@link
     * #expectNoRepeats}.
     */
    public Messages expectOrder(Function<Message, String> key, ToLongFunction<Message> number) {
        Map<String, Long> last = new HashMap<>();
        for (Seen one : seen) {
            String of = key.apply(one.message());
            long now = number.applyAsLong(one.message());
            @Nullable Long before = last.put(of, now);
            check(before == null || before <= now, "key " + of + ": " + now + " came after " + before);
        }
        return this;
    }

    /** No two are the same message: the same id, or where they have none, the same topic and payload. */
    public Messages expectNoRepeats() {
        Set<String> known = new HashSet<>();
        for (Seen one : seen) {
            String id = one.message().properties().id();
            String mark = id != null
                    ? "id " + id
                    : one.message().topic() + " " + one.message().payloadText();
            check(known.add(mark), "twice: " + mark);
        }
        return this;
    }

    /** Between each and the one before at least so long passed: a retry that waits, a rate that is kept. */
    public Messages expectGapsOfAtLeast(Duration gap) {
        for (int i = 1; i < seen.size(); i++) {
            long nanos = seen.get(i).atNanos() - seen.get(i - 1).atNanos();
            check(nanos >= gap.toNanos(), "only " + nanos / 1_000 + " µs before message " + i);
        }
        return this;
    }

    /** From the first to the last. */
    public Duration span() {
        return seen.isEmpty()
                ? Duration.ZERO
                : Duration.ofNanos(seen.getLast().atNanos() - seen.getFirst().atNanos());
    }

    private void check(boolean holds, String expectation) {
        if (!holds) {
            throw new AssertionError(expectation + "; " + this);
        }
    }

    @Override
    public String toString() {
        String shown = seen.stream()
                .skip(Math.max(0, seen.size() - SHOWN_MAX))
                .map(one -> one.message().topic() + "=" + one.message().payloadText())
                .collect(Collectors.joining(", ", seen.size() > SHOWN_MAX ? "..., " : "", ""));
        return seen.size() + " " + what + ": [" + shown + "]";
    }
}
