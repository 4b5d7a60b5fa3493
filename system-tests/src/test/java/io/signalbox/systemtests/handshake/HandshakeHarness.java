package io.signalbox.systemtests.handshake;

import io.signalbox.systemtests.process.BrokerProcess;
import io.signalbox.systemtests.process.MosquittoProcess;
import io.signalbox.systemtests.process.ServerProcess;
import io.signalbox.systemtests.wire.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Breaks off exchanges of QoS 2 at each of their steps, towards the broker and from it, by SIGKILL
 * and by a lost connection; then lets both sides resume. Every message whose exchange was ended must
 * have arrived exactly once and in order, also when its packet identifier stood for another before.
 *
 * <pre>./test handshake [--kills 10] [--losses 10] [--batch 50] [--seed N] [--broker mosquitto]</pre>
 *
 * Each step is broken off {@code kills} times by SIGKILL with {@code batch} exchanges under way, that
 * is 500 exchanges a step by default, and {@code losses} times by a lost connection; all of it once in
 * MQTT 3.1.1 and once in MQTT 5.
 */
final class HandshakeHarness {
    static final int TIMEOUT_MILLIS = 20_000;

    /**
     * @param exchanges broken off
     * @param messages that had to arrive, those that end a round included
     * @param findings what must not be; empty when all is well
     */
    record Report(int kills, int losses, int exchanges, int messages, List<String> findings) {}

    private final BrokerProcess broker;
    private final Version version;
    private final int batch;
    private final Random random;
    private final List<String> findings = new ArrayList<>();
    private int kills;
    private int losses;
    private int exchanges;
    private int messages;

    private HandshakeHarness(BrokerProcess broker, Version version, int batch, long seed) {
        this.broker = broker;
        this.version = version;
        this.batch = batch;
        this.random = new Random(seed);
    }

    public static void main(String[] arguments) {
        List<String> list = List.of(arguments);
        if (list.contains("--help")) {
            System.out.println("handshake [--kills 10] [--losses 10] [--batch 50] [--seed N] [--broker mosquitto]");
            return;
        }
        long seed = number(list, "--seed", System.nanoTime() & 0xffff_ffffL);
        System.out.println("seed " + seed);
        boolean clean = true;
        try (BrokerProcess broker = list.contains("mosquitto")
                ? MosquittoProcess.create()
                : ServerProcess.with().build()) {
            broker.start();
            for (Version version : Version.values()) {
                Report report = run(
                        broker,
                        version,
                        (int) number(list, "--kills", 10),
                        (int) number(list, "--losses", 10),
                        (int) number(list, "--batch", 50),
                        seed);
                System.out.println(version + ": " + report);
                clean &= report.findings().isEmpty();
            }
        }
        System.exit(clean ? 0 : 1);
    }

    private static long number(List<String> arguments, String name, long otherwise) {
        int at = arguments.indexOf(name);
        return at < 0 ? otherwise : Long.parseLong(arguments.get(at + 1));
    }

    /** Needs a started broker, and leaves one. */
    static Report run(BrokerProcess broker, Version version, int kills, int losses, int batch, long seed) {
        HandshakeHarness harness = new HandshakeHarness(broker, version, batch, seed);
        harness.towardsTheBroker(kills, losses);
        harness.fromTheBroker(kills, losses);
        return new Report(
                harness.kills, harness.losses, harness.exchanges, harness.messages, List.copyOf(harness.findings));
    }

    private void towardsTheBroker(int kills, int losses) {
        String topic = "handshake/towards/" + version;
        Sender sender = new Sender(version, topic);
        Tally tally = new Tally();
        Receiver receiver = new Receiver(version, topic, tally);
        String where = "before the first step";
        try {
            receiver.connect(broker.mqttPort());
            receiver.leave();
            sender.connect(broker.mqttPort());
            for (int round = 0; round < kills + losses; round++) {
                for (SenderStep step : SenderStep.values()) {
                    where = (round < kills ? "killed" : "disconnected") + " at the publisher's " + step;
                    sender.advance(batch, step);
                    breakOff(round < kills, sender);
                    sender.connect(broker.mqttPort());
                    sender.complete();
                    end(sender, receiver, tally, where);
                }
            }
        } catch (IOException e) {
            findings.add(where + ": " + e);
        }
        close(sender, tally);
    }

    private void fromTheBroker(int kills, int losses) {
        String topic = "handshake/from/" + version;
        Sender sender = new Sender(version, topic);
        Tally tally = new Tally();
        Receiver receiver = new Receiver(version, topic, tally);
        String where = "before the first step";
        try {
            receiver.connect(broker.mqttPort());
            receiver.leave();
            sender.connect(broker.mqttPort());
            for (int round = 0; round < kills + losses; round++) {
                for (ReceiverStep step : ReceiverStep.values()) {
                    where = (round < kills ? "killed" : "disconnected") + " at the subscriber's " + step;
                    sender.advance(batch, SenderStep.PUBCOMP_SEEN);
                    receiver.connect(broker.mqttPort());
                    receiver.advance(batch, step);
                    breakOff(round < kills, sender);
                    receiver.drop();
                    sender.connect(broker.mqttPort());
                    end(sender, receiver, tally, where);
                }
            }
        } catch (IOException e) {
            findings.add(where + ": " + e);
        }
        close(sender, tally);
    }

    private void breakOff(boolean kill, Sender sender) {
        exchanges += batch;
        // Some of what was sent last is read, and some is not.
        LockSupport.parkNanos(random.nextInt(2_000_000));
        if (kill) {
            kills++;
            broker.kill();
            sender.drop();
            broker.start();
        } else {
            losses++;
            sender.drop();
        }
    }

    /** Publishes one more, which comes after all that may still be owed, and lets the receiver have everything. */
    private void end(Sender sender, Receiver receiver, Tally tally, String where) throws IOException {
        sender.advance(1, SenderStep.PUBCOMP_SEEN);
        int wrongBefore = tally.wrong();
        receiver.connect(broker.mqttPort());
        receiver.receiveUntil(sender.last());
        receiver.leave();
        tally.mustBeWhole(sender.last(), where);
        if (tally.wrong() > wrongBefore) {
            findings.add(where + ": " + (tally.wrong() - wrongBefore) + " findings");
        }
    }

    private void close(Sender sender, Tally tally) {
        messages += sender.last();
        findings.addAll(tally.findings());
    }
}
