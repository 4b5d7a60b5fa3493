package io.signalbox.systemtests.bus;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import io.signalbox.message.Message;
import io.signalbox.time.TimeSource;
import io.signalbox.transport.FilterSpec;
import io.signalbox.transport.Lane;
import io.signalbox.transport.Match;
import io.signalbox.transport.PublishCallback;
import io.signalbox.transport.Refusal;
import io.signalbox.transport.Session;
import io.signalbox.transport.SessionOptions;
import io.signalbox.transport.Settlement;
import io.signalbox.transport.Subscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection of its own. The map of unsettled deliveries is owned by the lane. */
final class MqttSession implements Session {
    private static final long NEVER_SECONDS = 0xFFFF_FFFFL;

    private final Mqtt5AsyncClient client;
    private final SessionOptions options;
    private final Lane lane;
    private final Subscriber subscriber;
    private final TimeSource time;
    private final Map<Integer, Mqtt5Publish> unsettled = new HashMap<>();
    private int lastId;
    private volatile boolean resumed;

    private MqttSession(
            Mqtt5AsyncClient client, SessionOptions options, Lane lane, Subscriber subscriber, TimeSource time) {
        this.client = client;
        this.options = options;
        this.lane = lane;
        this.subscriber = subscriber;
        this.time = time;
    }

    static CompletionStage<Session> open(
            Mqtt5AsyncClient client, SessionOptions options, Lane lane, Subscriber subscriber, TimeSource time) {
        MqttSession session = new MqttSession(client, options, lane, subscriber, time);
        client.publishes(MqttGlobalPublishFilter.ALL, session::arrived, true);
        return client.connectWith()
                .cleanStart(options.cleanStart())
                .sessionExpiryInterval(options.durable() ? NEVER_SECONDS : 0)
                .restrictions()
                .receiveMaximum(options.unsettledMax())
                .applyRestrictions()
                .send()
                .thenApply(connected -> {
                    session.resumed = connected.isSessionPresent();
                    return session;
                });
    }

    private void arrived(Mqtt5Publish publish) {
        lane.execute(() -> {
            int id = 0;
            if (publish.getQos() == MqttQos.AT_MOST_ONCE) {
                publish.acknowledge();
            } else {
                do {
                    lastId = lastId == SessionOptions.UNSETTLED_MAX ? 1 : lastId + 1;
                } while (unsettled.containsKey(lastId));
                id = lastId;
                unsettled.put(id, publish);
            }
            deliver(id, publish, false);
        });
    }

    private void deliver(int id, Mqtt5Publish publish, boolean again) {
        Message message = MqttMessages.message(publish, time.millis());
        subscriber.onDelivery(id, message, Match.plain(message.guarantee()), again ? 1 : 0, again, publish.isRetain());
    }

    @Override
    public String name() {
        return options.name();
    }

    @Override
    public boolean resumed() {
        return resumed;
    }

    @Override
    public void publish(Message message, int tag, PublishCallback callback, long context) {
        MqttTransport.publish(client, message, callback, context);
    }

    @Override
    public void forget(int tag, PublishCallback callback, long context) {
        throw new UnsupportedOperationException("exactly once is not claimed");
    }

    @Override
    public CompletionStage<List<@Nullable Refusal>> subscribe(List<FilterSpec> specs) {
        List<CompletionStage<@Nullable Refusal>> answers = new ArrayList<>();
        for (FilterSpec spec : specs) {
            Mqtt5Subscription subscription = Mqtt5Subscription.builder()
                    .topicFilter(filter(new Target(spec.filter(), spec.shareGroup())))
                    .qos(MqttQos.values()[spec.guarantee().ordinal()])
                    .noLocal(spec.noLocal())
                    .build();
            answers.add(client.subscribeWith()
                    .addSubscription(subscription)
                    .send()
                    .<@Nullable Refusal>thenApply(granted -> null)
                    .exceptionally(MqttTransport::refusal));
        }
        CompletionStage<List<@Nullable Refusal>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (CompletionStage<@Nullable Refusal> each : answers) {
            all = all.thenCombine(each, (list, refusal) -> {
                list.add(refusal);
                return list;
            });
        }
        return all;
    }

    private static String filter(Target target) {
        String text = target.filter().text();
        return target.shareGroup() == null ? text : "$share/" + target.shareGroup() + "/" + text;
    }

    @Override
    public CompletionStage<List<Boolean>> unsubscribe(List<Target> targets) {
        var unsubscribe = client.unsubscribeWith().topicFilter(filter(targets.getFirst()));
        for (Target target : targets.subList(1, targets.size())) {
            unsubscribe = unsubscribe.addTopicFilter(filter(target));
        }
        return unsubscribe
                .send()
                .thenApply(answered -> targets.stream().map(target -> true).toList());
    }

    @Override
    public void settle(int deliveryId, Settlement settlement) {
        Mqtt5Publish publish = unsettled.get(deliveryId);
        if (publish == null) {
            return;
        }
        switch (settlement) {
            case Settlement.Accepted accepted -> acknowledge(deliveryId, publish);
            case Settlement.Rejected rejected -> acknowledge(deliveryId, publish);
            case Settlement.Released(Duration delay) when delay.isZero() -> {
                // Unacknowledged: the broker offers it again when this session is back.
            }
            case Settlement.Released(Duration delay) -> deliverLater(deliveryId, publish, delay);
            case Settlement.Modified(Duration delay, String error) -> deliverLater(deliveryId, publish, delay);
        }
    }

    private void deliverLater(int deliveryId, Mqtt5Publish publish, Duration delay) {
        CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, lane)
                .execute(() -> deliver(deliveryId, publish, true));
    }

    private void acknowledge(int deliveryId, Mqtt5Publish publish) {
        unsettled.remove(deliveryId);
        publish.acknowledge();
    }

    @Override
    public void received(int deliveryId) {
        throw new UnsupportedOperationException("exactly once is not claimed");
    }

    @Override
    public void extend(int deliveryId) {}

    /** The client's own bounds hold back what comes. */
    @Override
    public void writable(boolean writable) {}

    @Override
    public void expiry(Duration expiry) {}

    @Override
    public void detach(boolean clean) {
        client.disconnect();
    }

    @Override
    public CompletionStage<Void> remove() {
        return client.disconnectWith().sessionExpiryInterval(0).send().exceptionally(gone -> null);
    }
}
