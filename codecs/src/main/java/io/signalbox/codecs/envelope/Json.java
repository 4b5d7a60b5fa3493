package io.signalbox.codecs.envelope;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/** The streams that documents are read from and written to. */
final class Json {
    static final int PAYLOAD_DEPTH_MAX = 100;

    /** Reads what {@link #PAYLOAD} let in, inside of a document. */
    static final JsonFactory DOCUMENT = factory(PAYLOAD_DEPTH_MAX + 4);

    static final JsonFactory PAYLOAD = factory(PAYLOAD_DEPTH_MAX);

    private Json() {}

    private static JsonFactory factory(int depthMax) {
        return JsonFactory.builder()
                // The default pool hangs on threads, of which virtual ones have many.
                .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(depthMax)
                        .build())
                .build();
    }

    static SignalboxException malformed(String why) {
        return new SignalboxException(ReasonCode.MALFORMED, "the document is no message: " + why);
    }
}
