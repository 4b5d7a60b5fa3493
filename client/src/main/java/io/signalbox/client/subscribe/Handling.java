package io.signalbox.client.subscribe;

import io.signalbox.client.connection.LinkEvents.Settling;
import java.util.ArrayList;
import java.util.List;

/**
 * One message in one subscription, however often it comes: each time it is to be settled is settled as the first was.
 * Any thread.
 */
final class Handling implements Settling {
    private enum State {
        WAITING,
        TAKEN,
        ACCEPTED,
        /** Rejected, or thrown away: when it comes again it is a new one. */
        OVER
    }

    private final long sinceMillis;
    private List<Settling> open = new ArrayList<>(1);
    private State state = State.WAITING;

    Handling(Settling first, long nowMillis) {
        open.add(first);
        sinceMillis = nowMillis;
    }

    long sinceMillis() {
        return sinceMillis;
    }

    /** It came again. @return false: it has to be handled anew */
    boolean again(Settling settling) {
        synchronized (this) {
            if (state == State.OVER) {
                return false;
            }
            if (state != State.ACCEPTED) {
                open.removeIf(earlier -> !earlier.alive());
                open.add(settling);
                return true;
            }
        }
        settling.accept();
        return true;
    }

    synchronized void taken() {
        state = state == State.WAITING ? State.TAKEN : state;
    }

    synchronized void dropped() {
        state = State.OVER;
    }

    @Override
    public void accept() {
        ends(State.ACCEPTED).forEach(Settling::accept);
    }

    @Override
    public void reject(boolean unreadable, String detail) {
        ends(State.OVER).forEach(settling -> settling.reject(unreadable, detail));
    }

    private synchronized List<Settling> ends(State with) {
        List<Settling> all = open;
        open = List.of();
        state = state == State.ACCEPTED || state == State.OVER ? state : with;
        return all;
    }

    @Override
    public synchronized boolean alive() {
        return open.isEmpty() || open.stream().anyMatch(Settling::alive);
    }
}
