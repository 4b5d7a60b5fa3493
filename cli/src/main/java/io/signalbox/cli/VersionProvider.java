package io.signalbox.cli;

import io.signalbox.server.Version;
import picocli.CommandLine.IVersionProvider;

final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"signalbox " + Version.TEXT};
    }
}
