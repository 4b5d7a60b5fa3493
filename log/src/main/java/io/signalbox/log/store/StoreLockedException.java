package io.signalbox.log.store;

import java.io.IOException;

/** Another process, or another log in this process, holds the folder. */
public final class StoreLockedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String holder;

    public StoreLockedException(String folder, String holder) {
        super("folder " + folder + " is in use by process " + holder
                + "; stop that process or choose another data folder");
        this.holder = holder;
    }

    /** The holder's process id as written in the lock file, or {@code unknown}. */
    public String holder() {
        return holder;
    }
}
