package io.signalbox.transports.connection;

import io.signalbox.setting.Kinds;
import io.signalbox.setting.Setting;
import java.time.Duration;

/** Settings that transports over foreign engines have in common. */
public final class EngineSettings {
    public static final Setting<Duration> HOLD = Setting.of(
            "hold",
            Kinds.duration("1ms", "24h"),
            "30s",
            "How long a publish waits for a server that is away before it is refused.");
    public static final Setting<Integer> ATTEMPTS_MAX =
            Setting.of("attempts-max", Kinds.integer(1, 1_000_000), "4", "Failed deliveries before the dead letters.");

    private EngineSettings() {}
}
