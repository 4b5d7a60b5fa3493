package io.signalbox.transports.composite;

import io.signalbox.time.TimeSource;
import io.signalbox.transport.Admission;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Subscriber;
import io.signalbox.transports.composite.merge.MergeState;
import io.signalbox.transports.composite.merge.MergedSession;
import io.signalbox.transports.composite.strategy.Strategy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** The sessions of a composite: what is remembered of each by name, and those that still lack a member. Thread safe. */
final class Sessions {
    /** More durable sessions than this, and the longest unused is forgotten: its copies may come twice. */
    private static final int REMEMBERED_MAX = 10_000;

    /** Settled ids of all sessions together, about; each has its share of them, and a few in any case. */
    private static final int SETTLED_IDS_TOTAL_MAX = 1_000_000;

    private static final int SETTLED_IDS_EACH_MIN = 100;
    private static final int BEATS_BETWEEN_RETRIES = 10;

    private final CompositeConfig config;
    private final Admission admission;
    private final TimeSource time;
    private final MergedSession.Publishing publishing;
    private final int neededMin;
    private final Map<MergedSession, Opening> incomplete = new ConcurrentHashMap<>();
    private final Map<String, MergeState> states = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, MergeState> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };
    private volatile int remembered = 1;
    private int beats;

    Sessions(CompositeConfig config, Admission admission, TimeSource time, MergedSession.Publishing publishing) {
        this.config = config;
        this.admission = admission;
        this.time = time;
        this.publishing = publishing;
        // A session that is not open at a member of a split would miss that member's messages.
        boolean all = config.strategies().stream().anyMatch(strategy -> strategy instanceof Strategy.Split);
        neededMin = all ? config.members().size() : 1;
    }

    CompletionStage<Session> open(SessionOptions asked, Lane lane, Subscriber subscriber) {
        SessionOptions options = asked.withCleanStart(asked.cleanStart() || over(asked.name()));
        MergedSession session = new MergedSession(
                options,
                lane,
                subscriber,
                state(options),
                config.members().size(),
                admission,
                time,
                publishing,
                this::ended);
        Opening opening = new Opening(config.members(), session, neededMin);
        return opening.open(config.answerTimeout()).thenApply(opened -> {
            if (!opening.complete()) {
                incomplete.put(session, opening);
            }
            return opened;
        });
    }

    /** Known to have expired, whether or not its members have noticed yet. */
    private boolean over(String name) {
        MergeState state;
        synchronized (states) {
            state = states.get(name);
        }
        return state != null && state.over(time.millis());
    }

    private MergeState state(SessionOptions options) {
        synchronized (states) {
            if (options.cleanStart()) {
                states.remove(options.name());
            }
            MergeState state = states.computeIfAbsent(options.name(), name -> new MergeState(this::settledIdsMax));
            remembered = states.size();
            return state;
        }
    }

    private int settledIdsMax() {
        int share = Math.max(SETTLED_IDS_EACH_MIN, SETTLED_IDS_TOTAL_MAX / remembered);
        return Math.min(config.settledIdsMax(), share);
    }

    private void ended(MergedSession session, boolean forGood) {
        incomplete.remove(session);
        if (forGood) {
            synchronized (states) {
                MergeState state = states.get(session.name());
                if (state != null && session.has(state)) {
                    states.remove(session.name());
                    remembered = Math.max(1, states.size());
                }
            }
        }
    }

    /** Called ten times a second; asks absent members once a second. */
    void retryMissing() {
        if (++beats % BEATS_BETWEEN_RETRIES != 0) {
            return;
        }
        incomplete.forEach((session, opening) -> {
            if (opening.complete()) {
                incomplete.remove(session);
            } else {
                opening.retryMissing();
            }
        });
    }
}
