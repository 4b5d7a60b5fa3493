package io.signalbox.systemtests.bus;

import io.signalbox.bus.message.Command;
import io.signalbox.bus.message.Event;
import io.signalbox.bus.message.Message;
import io.signalbox.bus.message.Query;
import java.util.List;
import java.util.Map;

/** What the two sides of the contract say to each other. */
final class Wire {
    private Wire() {}

    @Message(name = "contract-describe", version = "1.2")
    record Describe(List<String> words) implements Command<Description> {}

    record Description(int count, Map<String, Integer> lengths) {}

    @Message(name = "contract-fail")
    record Fail(String text) implements Command<String> {}

    @Message(name = "contract-refuse")
    record Refuse(int retryAfterSeconds) implements Command<String> {}

    /** Handled until it is interrupted. */
    @Message(name = "contract-hang")
    record Hang(String name) implements Command<String> {}

    @Message(name = "contract-nobody")
    record NobodyHandles() implements Command<String> {}

    @Message(name = "contract-sender")
    record WhoSentThis() implements Command<Sender> {}

    record Sender(String id, String correlationId, String from, String to, String header, String key, String session) {}

    /** Publishes numbers from 0 on. */
    @Message(name = "contract-count")
    record CountTo(int count) implements Command<Integer> {}

    @Message(name = "contract-counted", topic = "contract.counted")
    record Counted(int number) implements Event {}

    /** There is little room for it on the near side. */
    @Message(name = "contract-flood")
    record Flood(int number) implements Event {}

    @Message(name = "contract-noted", topic = "contract.noted")
    record Noted(String text) implements Event {}

    /** Comes twice or more often with one number until it succeeds. */
    @Message(name = "contract-fragile")
    record Fragile(String text, int failures) implements Event {}

    sealed interface Moved extends Event {
        @Message(name = "contract-moved-up")
        record Up(int steps) implements Moved {}

        @Message(name = "contract-moved-down")
        record Down(int steps) implements Moved {}
    }

    @Message(name = "contract-price")
    record PriceOf(String item) implements Query<Integer> {}

    @Message(name = "contract-unanswered")
    record NobodyAnswers() implements Query<Integer> {}

    /** What the far side has seen so far, in order. */
    @Message(name = "contract-seen")
    record Seen() implements Command<List<String>> {}

    @Message(name = "contract-open-session")
    record OpenSession(String id) implements Command<String> {}

    @Message(name = "contract-close-session")
    record CloseSession(String id) implements Command<String> {}

    @Message(name = "contract-in-session")
    record InSession() implements Command<String> {}

    @Message(name = "contract-dead-letters")
    record DeadLetters() implements Command<List<String>> {}

    @Message(name = "contract-redrive")
    record RedriveAll() implements Command<String> {}
}
