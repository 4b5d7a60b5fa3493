package io.signalbox.configuration.bridge;

import io.signalbox.setting.Problems;
import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import io.signalbox.transport.Capabilities.Feature;
import io.signalbox.transport.OverflowPolicy;
import io.signalbox.transport.provider.Promise;
import io.signalbox.transports.composite.bridge.BridgeQueue;
import java.util.List;
import java.util.Map;

/** Reads where a bridge's messages wait. A bound that would not hold, or not as it is written, is refused. */
record BridgeQueueReader(Settings settings, Map<String, Promise> promises, Problems problems) {
    BridgeQueue read(String from, int index) {
        OverflowPolicy overflow = settings.get(BridgeSettings.OVERFLOW, index);
        switch (overflow) {
            case SPILL, DROP_OLDEST -> checkUnbounded(index);
            case DEAD_LETTER -> checkSource(from, Feature.DEAD_LETTERS, index);
            case REJECT_PUBLISH -> checkSource(from, Feature.REFUSAL_WHEN_FULL, index);
        }
        return new BridgeQueue(
                settings.get(BridgeSettings.QUEUE_MESSAGES_MAX, index),
                settings.get(BridgeSettings.QUEUE_BYTES_MAX, index),
                overflow);
    }

    private void checkUnbounded(int index) {
        for (Setting<?> bound : List.of(BridgeSettings.QUEUE_MESSAGES_MAX, BridgeSettings.QUEUE_BYTES_MAX)) {
            String name = named(bound, index);
            if (settings.entry(name) != null) {
                problems.add(
                        settings.where(bound, index),
                        name + " bounds nothing while all is kept; set " + named(BridgeSettings.OVERFLOW, index)
                                + " to dead-letter or reject-publish, or leave it out");
            }
        }
    }

    private void checkSource(String from, Feature needed, int index) {
        Promise source = promises.get(from);
        if (source != null && !source.capabilities().has(needed)) {
            problems.add(
                    settings.where(BridgeSettings.OVERFLOW, index),
                    named(BridgeSettings.OVERFLOW, index) + " needs " + needed + ", which the source '" + from
                            + "' has not; leave it out (spill)");
        }
    }

    private static String named(Setting<?> setting, int index) {
        return setting.name().replace("[]", "[" + index + "]");
    }
}
