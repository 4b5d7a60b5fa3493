package io.signalbox.bus.middleware;

import io.github.resilience4j.ratelimiter.RateLimiter;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Reason;
import java.time.Duration;

/**
 * Lets so many messages through in a period and rejects the others at once, telling them when the next period begins.
 * Waits for nobody: who wants to wait has a queue. Needs {@code io.github.resilience4j:resilience4j-ratelimiter} on
 * the class path.
 */
public final class RateLimiting implements CommandMiddleware<Object>, EventMiddleware<Object> {
    private final RateLimiter limiter;

    /** @param limiter its timeout becomes zero: nobody waits in it from now on, wherever else it is used */
    public RateLimiting(RateLimiter limiter) {
        this.limiter = limiter;
        limiter.changeTimeoutDuration(Duration.ZERO);
    }

    @Override
    public CommandResult<?> around(CommandCall<Object> call, CommandChain<Object> next) throws Exception {
        admit();
        return next.proceed(call);
    }

    @Override
    public void around(EventCall<Object> call, EventChain<Object> next) throws Exception {
        admit();
        next.proceed(call);
    }

    private void admit() {
        if (!limiter.acquirePermission()) {
            var config = limiter.getRateLimiterConfig();
            throw new RejectedMessageException(
                    Reason.RATE_LIMITED,
                    "rate limiter '" + limiter.getName() + "' lets " + config.getLimitForPeriod() + " through each "
                            + config.getLimitRefreshPeriod(),
                    config.getLimitRefreshPeriod());
        }
    }
}
