package io.signalbox.transport;

/**
 * @param status as operators read it
 * @param detail what is wrong and since when; when up, how fast a foreign engine answers, or nothing
 */
public record Health(Status status, String detail) {
    public static final Health UP = new Health(Status.UP, "");

    public enum Status {
        UP,
        /** Best-effort work goes on; durable publishes are refused. */
        DEGRADED,
        DOWN
    }
}
