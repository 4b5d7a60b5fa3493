package io.signalbox.transports.composite;

import io.signalbox.setting.Setting;
import io.signalbox.setting.Settings;
import io.signalbox.transport.provider.TransportPlan;
import io.signalbox.transport.provider.TransportProvider;
import java.util.List;

/** {@code type: composite}: several configured transports as one. */
public final class CompositeProvider implements TransportProvider {
    @Override
    public String type() {
        return "composite";
    }

    @Override
    public List<Setting<?>> settings() {
        return CompositeSettings.ALL;
    }

    @Override
    public TransportPlan prepare(Settings settings) {
        return new CompositePlan(CompositeSettings.read(settings));
    }
}
