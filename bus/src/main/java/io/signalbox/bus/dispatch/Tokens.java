package io.signalbox.bus.dispatch;

/**
 * Whose turn it is to be, of one ordering key: for each event that waits there is one token in the ring of the type, or,
 * if a worker met the token while the key was busy or parked, one that is owed. Guarded by the key's lock.
 */
final class Tokens {
    private final KeyOwner owner;
    /** Taken from the ring, while their event still waits. */
    private int owed;
    /** Those of the owed that count in the ring's bound. What is parked does not: one bad key would fill the queue. */
    private int held;
    /** In the ring, but their event has gone back. */
    private int stale;

    Tokens(KeyOwner owner) {
        this.owner = owner;
    }

    int owed() {
        return owed;
    }

    boolean isAnyHeld() {
        return held > 0;
    }

    /** One was taken from the ring. True: its event is here no more. */
    boolean wasStale() {
        boolean was = stale > 0;
        stale -= was ? 1 : 0;
        return was;
    }

    /** @param counts in the ring's bound, as its event waits for one that is with the handlers */
    void owe(boolean counts) {
        owed++;
        if (counts) {
            held++;
            owner.hold();
        } else {
            owner.parked(1);
        }
    }

    /** An event that was owed its turn has it, or goes. */
    void takeOne() {
        owed--;
        if (held > 0) {
            held--;
            owner.letGo();
        }
    }

    /** An event goes back before its turn. */
    void withdrawOne() {
        if (owed > 0) {
            takeOne();
        } else {
            stale++;
        }
    }

    /** The key is parked: what is owed counts there from now on. */
    void park() {
        owner.parked(owed);
        for (; held > 0; held--) {
            owner.letGo();
        }
    }
}
