package io.signalbox.bus.remote;

import io.signalbox.message.Message;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What a test does in the midst of a transport in memory; whatever it throws the transport throws. */
final class LoopbackFaults {
    private volatile Runnable beforeOpening = () -> {};
    private volatile Runnable beforeSubscribing = () -> {};
    private volatile Runnable beforeUnsubscribing = () -> {};
    private volatile CompletableFuture<Void> openingAnswered = CompletableFuture.completedFuture(null);
    private volatile Consumer<Message> beforePublishing = message -> {};

    void beforeOpening(Runnable action) {
        beforeOpening = action;
    }

    /** Sessions are there when it is complete. */
    void answerOpeningsAfter(CompletableFuture<Void> answer) {
        openingAnswered = answer;
    }

    CompletableFuture<Void> openingAnswered() {
        return openingAnswered;
    }

    void beforeSubscribing(Runnable action) {
        beforeSubscribing = action;
    }

    void beforeUnsubscribing(Runnable action) {
        beforeUnsubscribing = action;
    }

    void beforePublishing(Consumer<Message> action) {
        beforePublishing = action;
    }

    void none() {
        beforeOpening = () -> {};
        openingAnswered = CompletableFuture.completedFuture(null);
        beforeSubscribing = () -> {};
        beforeUnsubscribing = () -> {};
        beforePublishing = message -> {};
    }

    void beforeOpening() {
        beforeOpening.run();
    }

    void beforeSubscribing() {
        beforeSubscribing.run();
    }

    void beforeUnsubscribing() {
        beforeUnsubscribing.run();
    }

    void beforePublishing(Message message) {
        beforePublishing.accept(message);
    }
}
