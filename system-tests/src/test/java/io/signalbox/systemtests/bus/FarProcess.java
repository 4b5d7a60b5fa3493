package io.signalbox.systemtests.bus;

import io.signalbox.bus.Bus;
import java.util.concurrent.CountDownLatch;

/** {@code main PORT NAME}: the far side in a process of its own. Says {@code ready}, and ends by SIGTERM. */
final class FarProcess {
    static final String READY = "far side is ready";

    private FarProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        MqttTransport transport = MqttTransport.connect(Integer.parseInt(arguments[0]), arguments[1]);
        Bus bus = Bus.over(transport).durable(arguments[1]).build();
        CountDownLatch over = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            bus.close();
            transport.close();
            over.countDown();
        }));
        FarSide.install(bus);
        System.out.println(READY);
        over.await();
    }
}
