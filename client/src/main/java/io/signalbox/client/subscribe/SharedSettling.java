package io.signalbox.client.subscribe;

import io.signalbox.client.connection.LinkEvents.Settling;
import java.util.concurrent.atomic.AtomicBoolean;

/** One message, several subscriptions: it is settled when the last of them is done, and rejected if any of them did. */
final class SharedSettling {
    private final Settling settling;
    private int open;
    private boolean rejected;
    private boolean unreadable;
    private String detail = "";

    SharedSettling(Settling settling, int parts) {
        this.settling = settling;
        open = parts;
    }

    Settling part() {
        return new Part();
    }

    private synchronized boolean last() {
        return --open == 0;
    }

    private synchronized void note(boolean isUnreadable, String why) {
        rejected = true;
        unreadable = isUnreadable;
        detail = why;
    }

    private void settle() {
        if (!last()) {
            return;
        }
        if (rejected) {
            settling.reject(unreadable, detail);
        } else {
            settling.accept();
        }
    }

    private final class Part implements Settling {
        private final AtomicBoolean done = new AtomicBoolean();

        @Override
        public void accept() {
            if (done.compareAndSet(false, true)) {
                settle();
            }
        }

        @Override
        public void reject(boolean isUnreadable, String why) {
            if (done.compareAndSet(false, true)) {
                note(isUnreadable, why);
                settle();
            }
        }

        @Override
        public boolean alive() {
            return settling.alive();
        }
    }
}
