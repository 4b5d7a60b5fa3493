package io.signalbox.cli.bench;

/**
 * What a run does.
 *
 * @param size how many pairs, or the many of a fan
 * @param idle further connections that only stay open
 * @param ratePerSecond over all publishers; 0: as fast as they are acknowledged
 * @param payloadBytes at least {@link #PAYLOAD_BYTES_MIN}
 * @param window unacknowledged messages of each publisher
 * @param topic below which the run's topics are
 */
public record BenchPlan(
        Shape shape,
        int size,
        int idle,
        int qos,
        long ratePerSecond,
        int payloadBytes,
        int window,
        long warmUpMillis,
        long durationMillis,
        String topic) {

    public static final int PAYLOAD_BYTES_MIN = Stamp.BYTES;

    /** Who publishes to whom. */
    public enum Shape {
        /** Each publisher has a topic and a subscriber of its own. */
        PAIRS,
        /** One publisher, many subscribers of its topic. */
        FAN_OUT,
        /** Many publishers, each with a topic, and one subscriber of them all. */
        FAN_IN
    }

    public int publishers() {
        return shape == Shape.FAN_OUT ? 1 : size;
    }

    public int subscribers() {
        return shape == Shape.FAN_IN ? 1 : size;
    }

    /** Deliveries that one message should cause. */
    public int copies() {
        return shape == Shape.FAN_OUT ? size : 1;
    }

    String topicOf(int publisher) {
        return topic + "/" + publisher;
    }

    String filterOf(int subscriber) {
        return switch (shape) {
            case PAIRS -> topicOf(subscriber);
            case FAN_OUT -> topicOf(0);
            case FAN_IN -> topic + "/+";
        };
    }
}
