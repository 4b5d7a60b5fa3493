package io.signalbox.client.connection;

import java.util.concurrent.CompletionStage;

/** Makes connections, one at a time. */
@FunctionalInterface
public interface LinkOpener {
    /** @return fails with a {@link LinkException}, perhaps wrapped */
    CompletionStage<Link> open(LinkEvents events);
}
