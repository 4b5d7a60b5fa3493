package io.signalbox.benchmarks.load;

/**
 * Topics, filters, and which stream reaches whom. Stream s goes to topic s mod T, sent by publisher s mod P; there are
 * max(P, T) of them.
 */
final class Topology {
    private final Plan plan;
    private final int streams;
    private final boolean exact;
    private final int[] fan;
    // By stream, or subscriber: a delivery is not to cost four divisions.
    private final int[] topicOf;
    private final int[] slotOf;
    private final int[] publisherOf;
    private final int[] topicOfSubscriber;

    Topology(Plan plan) {
        this.plan = plan;
        this.exact = plan.pattern.exact();
        this.streams = plan.publishers == 0 ? 0 : Math.max(plan.publishers, plan.topics);
        if (streams > Stamp.STREAMS_MAX) {
            throw new LoadException(streams + " streams are more than " + Stamp.STREAMS_MAX);
        }
        this.fan = new int[streams];
        int[] fanOfTopic = new int[plan.topics];
        for (int i = 0; i < plan.subscribers; i++) {
            count(i, fanOfTopic);
        }
        this.topicOf = new int[streams];
        this.slotOf = new int[streams];
        this.publisherOf = new int[streams];
        for (int s = 0; s < streams; s++) {
            topicOf[s] = s % plan.topics;
            slotOf[s] = s / plan.topics;
            publisherOf[s] = s % plan.publishers;
            fan[s] = fanOfTopic[topicOf[s]];
        }
        this.topicOfSubscriber = new int[plan.subscribers];
        for (int i = 0; i < plan.subscribers; i++) {
            topicOfSubscriber[i] = i % plan.topics;
        }
    }

    private void count(int subscriber, int[] fanOfTopic) {
        if (plan.pattern.exact()) {
            fanOfTopic[subscriber % plan.topics]++;
            return;
        }
        int tens = tens(subscriber);
        int ones = ones(subscriber);
        for (int topic = 0; topic < plan.topics; topic++) {
            if ((tens < 0 || topic / 10 == tens) && (ones < 0 || topic % 10 == ones)) {
                fanOfTopic[topic]++;
            }
        }
    }

    int streams() {
        return streams;
    }

    int publisherOf(int stream) {
        return publisherOf[stream];
    }

    /** How many subscribers get each message of a stream. */
    int fan(int stream) {
        return fan[stream];
    }

    String topic(int stream) {
        return topicName(topicOf[stream]);
    }

    private String topicName(int topic) {
        return plan.prefix + "/d" + topic / 10 + "/k" + topic % 10;
    }

    String filter(int subscriber) {
        if (plan.pattern.exact()) {
            return topicName(subscriber % plan.topics);
        }
        int tens = tens(subscriber);
        int ones = ones(subscriber);
        if (ones >= 0) {
            return plan.prefix + "/+/k" + ones;
        }
        return tens >= 0 ? plan.prefix + "/d" + tens + "/#" : plan.prefix + "/#";
    }

    /** The number behind the d that the filter of a wildcard demands, or -1. */
    private int tens(int subscriber) {
        return plan.pattern == Pattern.WILDCARD && subscriber % 4 == 1 ? subscriber / 4 % ((plan.topics + 9) / 10) : -1;
    }

    /** The number behind the k that it demands, or -1. */
    private int ones(int subscriber) {
        boolean plus = plan.pattern == Pattern.WILDCARD && (subscriber % 4 == 0 || subscriber % 4 == 2);
        return plus ? subscriber / 4 % Math.min(10, plan.topics) : -1;
    }

    /** Slots that a subscriber's tracker needs: of an exact topic only its own streams, else all. */
    int slots() {
        return plan.pattern.exact() ? (streams + plan.topics - 1) / plan.topics : streams;
    }

    /** @return the tracker's slot, or -1 if the subscriber did not ask for this stream */
    int slot(int subscriber, int stream) {
        if (!exact) {
            return stream;
        }
        return topicOf[stream] == topicOfSubscriber[subscriber] ? slotOf[stream] : -1;
    }
}
