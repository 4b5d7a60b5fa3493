package io.signalbox.bus.remote;

/**
 * What a link knows of events, whichever of its sessions brought them.
 *
 * @param comingBack sent by sessions of this process
 * @param inHand here, and not at their end
 * @param awayIn given back, to come again
 * @param letGo ended without a handler
 * @param unnoted handled, and the inbox does not know it
 */
record LinkMemory(ComingBack comingBack, InHand inHand, AwayIn awayIn, LetGo letGo, Unnoted unnoted) {
    static LinkMemory of(RemoteOptions options) {
        return new LinkMemory(
                new ComingBack(),
                new InHand(),
                new AwayIn(),
                new LetGo(options.durable() ? options.unsettledMax() : 0),
                new Unnoted());
    }
}
