package io.signalbox.configuration.hierarchy;

import io.signalbox.setting.Entry;
import io.signalbox.setting.Problems;
import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How long a transport may keep a publish without an answer. Whoever waits for it sends it again afterwards, and what is
 * kept longer than that would arrive twice whenever a server is away for a while. So what is left to its default is
 * lowered to fit, and what is written and does not fit is a problem.
 */
final class AnswerBudget {
    /** Names of settings that say how long an answer may take, whatever the type; their sum counts. */
    private static final Set<String> WAITS =
            Set.of("hold", "confirm-wait", "publish-timeout", "answer-timeout", "flush-interval");

    private AnswerBudget() {}

    /** Those of a type's settings that keep publishes waiting. */
    static List<Setting<Duration>> waits(List<Setting<?>> settings) {
        List<Setting<Duration>> waits = new ArrayList<>();
        for (Setting<?> setting : settings) {
            if (WAITS.contains(setting.name())) {
                @SuppressWarnings("unchecked") // a setting of such a name is a duration
                Setting<Duration> wait = (Setting<Duration>) setting;
                waits.add(wait);
            }
        }
        return waits;
    }

    /**
     * @param waits whose sum must be below that of the waiter
     * @param inTurn how often they may have to be waited for, one after the other
     * @param waiter null: nobody, who waits for ever
     * @return with lower values in the place of defaults
     */
    static Settings fit(
            Settings settings,
            List<Setting<Duration>> waits,
            int inTurn,
            @Nullable AnswerWait waiter,
            Problems problems) {
        if (waiter == null || waits.isEmpty()) {
            return settings;
        }
        long writtenMillis = 0;
        long defaultMillis = 0;
        List<Setting<Duration>> free = new ArrayList<>();
        for (Setting<Duration> wait : waits) {
            if (settings.has(wait)) {
                writtenMillis += settings.get(wait).toMillis();
            } else {
                defaultMillis += settings.get(wait).toMillis();
                free.add(wait);
            }
        }
        long allowedMillis = waiter.patience().toMillis() / inTurn;
        if (writtenMillis > 0 && writtenMillis + free.size() >= allowedMillis) {
            tell(settings, waits, writtenMillis, inTurn, waiter, problems);
            return settings;
        }
        // A quarter is for the way there and back, unless what is written takes it.
        long freeMillis = Math.max(allowedMillis * 3 / 4 - writtenMillis, (allowedMillis - writtenMillis) / 2);
        Settings fitted = settings;
        if (defaultMillis > freeMillis) {
            for (Setting<Duration> wait : free) {
                String share = Math.max(1, settings.get(wait).toMillis() * freeMillis / defaultMillis) + "ms";
                try {
                    wait.kind().check(share);
                } catch (IllegalArgumentException e) {
                    problems.add(
                            settings.where(),
                            settings.path() + "." + wait.name() + " cannot be " + share + ", which is its share of the "
                                    + waiter.patience().toMillis() + " ms that " + waiter.who() + " waits: "
                                    + e.getMessage() + "; let that wait longer");
                    return settings;
                }
                fitted = fitted.with(wait, new Entry(share, "derived for " + waiter.who()));
            }
        }
        return fitted;
    }

    private static void tell(
            Settings settings,
            List<Setting<Duration>> waits,
            long writtenMillis,
            int inTurn,
            AnswerWait waiter,
            Problems problems) {
        List<Setting<Duration>> written = waits.stream().filter(settings::has).toList();
        problems.add(
                settings.where(written.getFirst(), 0),
                settings.path() + " keeps a publish without an answer for up to " + writtenMillis * inTurn + " ms ("
                        + String.join(
                                " and ", written.stream().map(Setting::name).toList())
                        + (inTurn == 1 ? "" : ", for each of " + inTurn + " in turn") + "), and " + waiter.who()
                        + " sends it again after "
                        + waiter.patience().toMillis()
                        + " ms, so that it would come twice after an outage; make the first shorter, or leave it out, or"
                        + " the second longer");
    }
}
