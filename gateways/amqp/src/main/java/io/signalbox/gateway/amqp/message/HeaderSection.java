package io.signalbox.gateway.amqp.message;

/** 3.2.1, as a client sent it. */
final class HeaderSection {
    boolean durable;

    /** -1: not said. */
    int priority = -1;

    /** 0: does not expire. */
    long ttlMillis;

    void read(ValueReader in) {
        int count = in.readList();
        for (int field = 0; field < count; field++) {
            if (in.readNull()) {
                continue;
            }
            switch (field) {
                case 0 -> durable = in.readBoolean();
                case 1 -> priority = (int) in.readNumber() & 0xFF;
                // 0 is over at once, which 1 ms comes close to
                case 2 -> ttlMillis = Math.max(1, in.readNumber() & 0xFFFF_FFFFL);
                default -> in.skip();
            }
        }
    }
}
