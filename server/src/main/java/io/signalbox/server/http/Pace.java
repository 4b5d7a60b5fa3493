package io.signalbox.server.http;

import java.util.function.BooleanSupplier;

/** Spaces the messages of a replay as they were, or n times as close. One thread's. */
final class Pace {
    private static final long LOOK_UP_MILLIS = 1_000;

    private final double speed;
    private final long startNanos = System.nanoTime();
    private long firstMillis = -1;

    Pace(double speed) {
        this.speed = speed;
    }

    /** @return false if meanwhile nobody listened any more */
    boolean await(long timeMillis, BooleanSupplier listening) throws InterruptedException {
        if (speed == 0) {
            return listening.getAsBoolean();
        }
        if (firstMillis < 0) {
            firstMillis = timeMillis;
        }
        double dueMillis = (timeMillis - firstMillis) / speed;
        while (listening.getAsBoolean()) {
            double restMillis = dueMillis - (System.nanoTime() - startNanos) / 1e6;
            if (restMillis <= 0) {
                return true;
            }
            Thread.sleep((long) Math.ceil(Math.min(restMillis, LOOK_UP_MILLIS)));
        }
        return false;
    }
}
