package io.signalbox.systemtests.process;

/**
 * Chooses the broker of the scenarios: a Signalbox server, or with {@code -Dsignalbox.broker=mosquitto}
 * Mosquitto, which shows whether a scenario itself is right.
 */
public final class Brokers {
    private Brokers() {}

    public static BrokerProcess started() {
        BrokerProcess broker =
                System.getProperty("signalbox.broker", "signalbox").equals("mosquitto")
                        ? MosquittoProcess.create()
                        : ServerProcess.with().build();
        try {
            broker.start();
            return broker;
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
    }
}
