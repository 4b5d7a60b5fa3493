package io.signalbox.bus.remote;

import io.signalbox.bus.message.SessionRef;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Events that sessions of this process have sent to the transport, and whose copies for their own handlers are to come
 * back: until then they are pending in their session. Thread safe.
 */
final class ComingBack {
    /** Beyond it the session of the oldest waits for it no longer: its copy may have been lost. */
    private static final int EVENTS_MAX = 10_000;

    /** By id of the event; guarded by this. */
    private final LinkedHashMap<String, Expected> expected = new LinkedHashMap<>();

    private record Expected(SessionRef session, Runnable back) {}

    void expect(String id, SessionRef session, Runnable back) {
        Expected oldest = null;
        synchronized (this) {
            expected.put(id, new Expected(session, back));
            if (expected.size() > EVENTS_MAX) {
                Map.Entry<String, Expected> first = expected.pollFirstEntry();
                oldest = first == null ? null : first.getValue();
            }
        }
        if (oldest != null) {
            oldest.back.run();
        }
    }

    /** The session that it was sent in, closed by now or not; null: it is not expected. */
    synchronized @Nullable SessionRef session(@Nullable String id) {
        Expected known = id == null ? null : expected.get(id);
        return known == null ? null : known.session;
    }

    /** It is back, or will not come. */
    void gone(@Nullable String id) {
        Expected known;
        synchronized (this) {
            known = id == null ? null : expected.remove(id);
        }
        if (known != null) {
            known.back.run();
        }
    }
}
