package io.signalbox.bus.dispatch;

import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.queue.AwayRoom;

/** What an ordering key asks of the type that it belongs to. */
interface KeyOwner {
    /** A token is to wait until it is given to {@link KeyQueue#turn}; false: there is no room. */
    boolean offer(KeyQueue token);

    /** A token was taken out, but its event still waits and counts. */
    void hold();

    /** One that was held counts no more. */
    void letGo();

    /** Events that wait behind a dead letter and count in no bound: so many more, or fewer. */
    void parked(int change);

    /** It came from outside, and waits there while its key is parked. Called under the key's lock. */
    void giveBack(Envelope<?> envelope);

    /** The link that it came by is lost, and the next one brings it again. Called under the key's lock. */
    void leaveToNextLink(Envelope<?> envelope);

    /** How much may be known as away, of all keys. */
    AwayRoom awayRoom();

    /** There is no room to remember that so many events are away: they may be overtaken. Called under the key's lock. */
    void orderNotKept(int events);

    /** Ends in {@link KeyQueue#settled}, now or later. */
    void deliver(Envelope<?> envelope, KeyQueue key);

    /** Is no handler called any more? */
    boolean isAbandoning();

    /** Makes a dead letter of it: its turn comes too late. */
    void giveUp(Envelope<?> envelope);

    void execute(Runnable task);

    void remove(KeyQueue empty);
}
