package io.signalbox.client.spool;

/** Waits for a thread to end whatever happens: what is closed next is what that thread works with. */
final class Joined {
    private Joined() {}

    /** An interruption is kept for the caller to see. */
    static void wait(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
