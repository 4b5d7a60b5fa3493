package io.signalbox.server.http;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import io.signalbox.message.Message;
import io.signalbox.transport.Match;
import io.signalbox.transport.Subscriber;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** Waits for the message that answers a request. */
final class Reply implements Subscriber {
    record Received(long sequence, Message message) {}

    private final byte[] correlation;
    private final CompletableFuture<Received> received = new CompletableFuture<>();

    Reply(byte[] correlation) {
        this.correlation = correlation;
    }

    CompletableFuture<Received> received() {
        return received;
    }

    @Override
    public void onDelivery(
            int deliveryId, Message message, Match match, int deliveryCount, boolean redelivered, boolean retained) {
        onDelivery(deliveryId, 0, message, match, deliveryCount, redelivered, retained);
    }

    /** The topic is this request's alone, so a reply without correlation is one too. */
    @Override
    public void onDelivery(
            int deliveryId,
            long sequence,
            Message message,
            Match match,
            int deliveryCount,
            boolean redelivered,
            boolean fromRetained) {
        byte[] of = message.properties().correlation();
        if (of == null || Arrays.equals(of, correlation)) {
            received.complete(new Received(sequence, message));
        }
    }

    @Override
    public void onReleased(int deliveryId) {}

    @Override
    public void onTurnEnd() {}

    @Override
    public void onDetached(DetachReason reason) {
        received.completeExceptionally(
                new SignalboxException(ReasonCode.SHUTTING_DOWN, "the request ended with its session: " + reason));
    }
}
