package io.signalbox.client.subscribe;

import io.signalbox.client.connection.LinkEvents.Settling;
import io.signalbox.message.Message;

/**
 * A message that came, with what is in it. It is settled once, by any thread: until then it takes one of the client's
 * credits, and whoever settles late slows down the server, not the memory. One whose connection is lost before it was
 * settled comes again, if the server kept the session.
 */
public final class Received<T> {
    private final T value;
    private final Message message;
    private final Settling settling;

    public Received(T value, Message message, Settling settling) {
        this.value = value;
        this.message = message;
        this.settling = settling;
    }

    /** The payload, decoded as its content type says. */
    public T value() {
        return value;
    }

    public Message message() {
        return message;
    }

    public String topic() {
        return message.topic().text();
    }

    /** Done with it. */
    public void accept() {
        settling.accept();
    }

    /** Cannot be handled, now or later: it goes to the server's dead letters (QoS 1 and 2), with this reason. */
    public void reject(String reason) {
        settling.reject(false, reason);
    }

    @Override
    public String toString() {
        return "Received[" + message + "]";
    }
}
