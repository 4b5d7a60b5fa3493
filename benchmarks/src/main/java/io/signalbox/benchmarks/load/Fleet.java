package io.signalbox.benchmarks.load;

import java.util.ArrayList;
import java.util.List;

/**
 * The clients of one run: idle ones, subscribers, publishers, with what they count. What the server says ends here.
 * Owned by the run's thread.
 */
final class Fleet implements Inbox, AutoCloseable {
    private static final int RUNS = 256;
    private static final long STALL_CHECK_NANOS = 100_000_000;

    final Plan plan;
    final Topology topology;
    final Tally tally = new Tally();
    final Schedule schedule;
    final EventLoop loop;
    final List<Client> idle = new ArrayList<>();
    final List<Client> subscribers = new ArrayList<>();
    /** Connections that only publish: none with --shared. */
    final List<Client> senders = new ArrayList<>();

    final List<Publisher> publishers = new ArrayList<>();
    private final Protocol protocol;
    private final Streams streams;
    private long nextStallCheckNanos;

    Fleet(Plan plan) {
        this.plan = plan;
        this.topology = new Topology(plan);
        this.schedule = new Schedule(plan.ratePerSecond);
        this.loop = new EventLoop(plan);
        this.protocol = Protocol.of(plan, this);
        loop.speak(protocol);
        this.streams = new Streams(plan, topology, protocol, (int) Math.floorMod(System.nanoTime() / 1_000, RUNS));
        for (int i = 0; i < plan.idle; i++) {
            idle.add(loop.client(plan.id + "-i" + i));
        }
        for (int i = 0; i < plan.subscribers; i++) {
            Client client = loop.client(plan.id + "-s" + i);
            client.clean = !plan.persistent;
            client.subscriber = new Subscriber(i, topology.filter(i), new StreamTracker(topology.slots()));
            subscribers.add(client);
        }
        for (int i = 0; i < plan.publishers; i++) {
            Client client = plan.shared ? subscribers.get(i) : loop.client(plan.id + "-p" + i);
            Publisher publisher = new Publisher(plan, streams, schedule, tally, client, i);
            client.publisher = publisher;
            publishers.add(publisher);
            if (!plan.shared) {
                senders.add(client);
            }
        }
    }

    @Override
    public void onConnected(Client client, boolean resumed) {
        if (client.state != Client.State.HANDSHAKE) {
            throw new LoadException("the server greeted " + client.id + " twice");
        }
        if (resumed) {
            tally.sessionsResumed++;
        }
        Subscriber subscriber = client.subscriber;
        if (subscriber == null || resumed) {
            loop.ready(client);
        } else {
            client.state = Client.State.SUBSCRIBING;
            protocol.subscribe(client, subscriber.filter());
        }
    }

    @Override
    public void onSubscribed(Client client, int qos) {
        tally.grantedQos = tally.grantedQos < 0 ? qos : Math.min(tally.grantedQos, qos);
        loop.ready(client);
    }

    @Override
    public void onDelivery(Client client, byte[] in, int at, int payloadBytes, long now) {
        Subscriber subscriber = client.subscriber;
        int slot = subscriber == null || payloadBytes != plan.payloadBytes ? -1 : slot(subscriber, in, at);
        if (subscriber == null || slot < 0) {
            tally.foreign++;
            return;
        }
        switch (subscriber.tracker().onMessage(slot, Stamp.sequence(in, at))) {
            case DUPLICATE -> {
                tally.duplicates++;
                return;
            }
            case LATE -> tally.late++;
            case IN_ORDER -> {}
        }
        tally.onDelivered(Stamp.nanos(in, at), payloadBytes, now);
        Publisher publisher = publishers.get(topology.publisherOf(Stamp.stream(in, at)));
        if (publisher.onDelivered(now)) {
            loop.markWaiting(publisher);
        }
    }

    private int slot(Subscriber subscriber, byte[] in, int at) {
        int stream = Stamp.stream(in, at);
        return Stamp.run(in, at) != streams.run() || stream >= streams.count()
                ? -1
                : topology.slot(subscriber.index(), stream);
    }

    @Override
    public void onRedeliveryFlag() {
        tally.redelivered++;
    }

    @Override
    public void onAcknowledged(Client client, int packetId, long now) {
        Publisher publisher = client.publisher;
        if (publisher == null || !publisher.onAcknowledged(packetId)) {
            tally.foreign++;
            return;
        }
        tally.onAcknowledged(now);
        loop.markWaiting(publisher);
    }

    @Override
    public void onClosedByServer(Client client) {
        loop.lost(client, "the server sent DISCONNECT");
    }

    void markAllWaiting() {
        publishers.forEach(loop::markWaiting);
    }

    /** Releases what is due by then to its publishers. */
    void release(long byNanos) {
        if (plan.ratePerSecond <= 0) {
            return;
        }
        long message;
        while ((message = schedule.takeDue(byNanos)) >= 0) {
            Publisher publisher = publishers.get((int) (message % publishers.size()));
            publisher.due();
            loop.markWaiting(publisher);
        }
    }

    /** Ten times a second: windows that nothing moves any more, and pings. */
    void housekeeping(long now) {
        if (now < nextStallCheckNanos) {
            return;
        }
        nextStallCheckNanos = now + STALL_CHECK_NANOS;
        for (Publisher publisher : publishers) {
            if (publisher.giveUpStalled(now)) {
                tally.stallResets++;
                loop.markWaiting(publisher);
            }
        }
        loop.keepAlive(now);
    }

    boolean busy() {
        return publishers.stream().anyMatch(Publisher::busy);
    }

    boolean sentAll() {
        return publishers.stream().allMatch(Publisher::sentAll);
    }

    long unsent() {
        return publishers.stream().mapToLong(Publisher::unsent).sum();
    }

    long unacknowledged() {
        return publishers.stream().mapToLong(Publisher::inFlight).sum();
    }

    /** Leaves no persistent sessions behind. */
    void removeSessions() {
        if (!plan.persistent) {
            return;
        }
        loop.disconnect(loop.clients());
        for (Client client : subscribers) {
            client.clean = true;
            client.subscriber = null;
            client.publisher = null;
        }
        loop.connect(subscribers);
    }

    @Override
    public void close() {
        loop.close();
    }
}
