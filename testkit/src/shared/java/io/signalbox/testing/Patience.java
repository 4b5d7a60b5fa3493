package io.signalbox.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * How long a bare {@code await()} of any module's tests waits: a busy machine of two cores may take longer than the
 * ten seconds of Awaitility, and only a failing test waits to the end. JUnit finds it by {@code META-INF/services}.
 */
public final class Patience implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
    }
}
