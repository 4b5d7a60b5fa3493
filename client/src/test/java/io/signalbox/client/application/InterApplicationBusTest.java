package io.signalbox.client.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InterApplicationBusTest {
    @Test
    void whatRunsLaterMayWaitWithoutHoldingAThreadOfTheApplicationsPool() {
        CompletableFuture<Boolean> virtual = new CompletableFuture<>();
        InterApplicationBus.later(
                1, () -> virtual.complete(Thread.currentThread().isVirtual()));
        assertThat(virtual.orTimeout(30, TimeUnit.SECONDS).join()).isTrue();
    }
}
