package io.signalbox.systemtests.crash;

import io.signalbox.systemtests.process.BrokerProcess;
import io.signalbox.systemtests.process.MosquittoProcess;
import io.signalbox.systemtests.process.ServerProcess;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills a broker under load, restarts it on the same data, and so on; then checks that every
 * acknowledged message came to every persistent subscriber, in the order of its publisher, and with
 * QoS 2 exactly once; that every share group got each message; and that what is retained is the newest.
 *
 * <pre>./test crash --cycles 200 [--seed N] [--publishers N] [--acks N] [--payload BYTES] [--broker mosquitto]</pre>
 *
 * The run against Mosquitto without persistence shows what a failure looks like.
 */
final class CrashHarness {
    private final CrashSettings settings;
    private final BrokerProcess broker;
    private final Random random;
    private final Workload load;
    private final boolean progress;
    private int kills;

    private CrashHarness(CrashSettings settings, BrokerProcess broker, Workload load, boolean progress) {
        this.settings = settings;
        this.broker = broker;
        this.load = load;
        this.random = new Random(settings.seed());
        this.progress = progress;
    }

    public static void main(String[] arguments) {
        List<String> list = List.of(arguments);
        if (list.contains("--help")) {
            System.out.println(
                    "crash [--cycles 200] [--seed N] [--publishers 2] [--acks 2000] [--payload 256] [--broker mosquitto]");
            return;
        }
        CrashSettings settings = CrashSettings.parse(list);
        try (BrokerProcess broker = list.contains("mosquitto")
                ? MosquittoProcess.create()
                : ServerProcess.with().build()) {
            CrashReport report = run(settings, broker, true);
            System.out.println(report.inWords());
            System.exit(report.isClean() ? 0 : 1);
        }
    }

    /** Starts the broker, runs, and leaves it running. */
    static CrashReport run(CrashSettings settings, BrokerProcess broker, boolean progress) {
        return run(settings, broker, new Workload(), progress);
    }

    static CrashReport run(CrashSettings settings, BrokerProcess broker, Workload load, boolean progress) {
        return new CrashHarness(settings, broker, load, progress).run();
    }

    private CrashReport run() {
        broker.start();
        load.run.brokerIsUp(broker.mqttPort());
        try {
            begin();
            for (int cycle = 1; cycle <= settings.cycles(); cycle++) {
                killAfter(1 + random.nextInt(settings.acksPerCycleMax()));
                say(cycle);
            }
            load.awaitAcknowledgements(settings.acksPerCycleMax());
            load.drain();
            load.checkRetained(broker.mqttPort());
        } catch (IllegalStateException e) {
            throw new IllegalStateException("seed " + settings.seed() + ", the broker said:\n" + broker.tail(), e);
        } finally {
            load.end();
        }
        return report();
    }

    private void begin() {
        mixedSubscribers(load, settings.publishersPerQos());
        load.awaitSubscribed();
        mixedPublishers(load, settings.payloadBytes(), 0);
    }

    /** Streams with QoS 1 and 2, every other one retained; who stays, who comes and goes, and who shares. */
    static void mixedSubscribers(Workload load, int publishersPerQos) {
        for (int qos = 1; qos <= 2; qos++) {
            int level = qos;
            for (int number = 1; number <= publishersPerQos; number++) {
                load.stream("crash/" + qos + "/" + number, qos, number % 2 == 0);
            }
            String filter = "crash/" + qos + "/#";
            load.subscriber("steady-" + qos, filter, qos, 0, stream -> stream.qos == level);
            load.subscriber("flapping-" + qos, filter, qos, 500 + 200 * qos, stream -> stream.qos == level);
            load.group("group-" + qos, filter, qos, 2, 600, stream -> stream.qos == level);
        }
    }

    /** @param perSecond messages of each publisher; 0 as many as it can */
    static void mixedPublishers(Workload load, int payloadBytes, int perSecond) {
        int number = 0;
        for (Stream stream : load.streams()) {
            Pace pace = perSecond == 0 ? Pace.unlimited() : Pace.perSecond(perSecond);
            load.publisher("publisher-" + ++number, List.of(stream), payloadBytes, 0, pace);
        }
    }

    private void killAfter(int acks) {
        load.awaitAcknowledgements(acks);
        // Somewhere between two acknowledgements, not always right after one.
        LockSupport.parkNanos(random.nextInt(3_000_000));
        load.run.brokerIsDown();
        broker.kill();
        kills++;
        if (broker instanceof ServerProcess server && random.nextInt(8) == 0) {
            killWhileItStarts(server);
        }
        broker.start();
        load.run.brokerIsUp(broker.mqttPort());
    }

    private void killWhileItStarts(ServerProcess server) {
        server.launch();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100 + random.nextInt(700)));
        server.kill();
        kills++;
    }

    private void say(int cycle) {
        if (progress) {
            System.out.printf(
                    "\rcycle %d of %d, %d acknowledged, %d troubles ",
                    cycle,
                    settings.cycles(),
                    load.run.acknowledgedCount(),
                    load.run.troubles().size());
            if (cycle == settings.cycles()) {
                System.out.println();
            }
        }
    }

    private CrashReport report() {
        return new CrashReport(
                settings,
                kills,
                load.run.acknowledgedCount(),
                load.delivered(),
                load.duplicates(),
                load.missing(),
                load.run.sessionsLost(),
                load.findings());
    }
}
