package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.bus.Bus;
import io.signalbox.bus.BusBuilder;
import io.signalbox.bus.handler.HandlerOptions;
import io.signalbox.bus.message.SendOptions;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Events of one ordering key, of which some die. */
abstract class OneKey extends Remote {
    static final SendOptions OF_ONE_KEY = SendOptions.DEFAULT.withOrderingKey("one");
    static final SendOptions OF_ANOTHER = SendOptions.DEFAULT.withOrderingKey("other");
    static final int BLOCKING = 100;

    final Set<Integer> broken = new HashSet<>();
    Runnable whileBlocked = () -> {};

    final void subscribe(Bus bus) {
        bus.subscribe(
                Paid.class,
                paid -> {
                    if (broken.contains(paid.number())) {
                        throw new IllegalStateException("broken");
                    }
                    if (paid.number() == BLOCKING) {
                        whileBlocked.run();
                        time.await(
                                new CompletableFuture<Void>(),
                                Duration.ofSeconds(2).toNanos());
                    }
                    heard.add(paid.number());
                },
                HandlerOptions.named("payments"));
    }

    /** As a device sends it, that knows of no keys and no ids. */
    final void fromDevice(int number) {
        transport.publish(fromDeviceMessage(number));
        time.run();
    }

    static Message fromDeviceMessage(int number) {
        return Message.to(Topic.ofMqtt("shop/paid"))
                .payload("{\"number\":" + number + "}")
                .build();
    }

    final Bus givingKeys() {
        transport = LoopbackTransport.retaining();
        Bus bus = open(over("a").orderingKey(Paid.class, paid -> "device"));
        subscribe(bus);
        return bus;
    }

    final void redriveAll(Bus bus) {
        broken.clear();
        assertThat(bus.deadLetters().size()).isOne();
        bus.deadLetters().redriveAll(letter -> true);
        time.run();
        assertThat(bus.deadLetters().size()).isZero();
    }

    /** Two and three wait at the transport, one was redriven. */
    final Bus awayBehindOneThatWasRedriven(UnaryOperator<BusBuilder> more) {
        transport = LoopbackTransport.retaining();
        Bus bus = open(
                more.apply(over("a")).orderingKey(Paid.class, paid -> paid.number() < BLOCKING ? "device" : "other"));
        subscribe(bus);
        broken.add(1);
        IntStream.rangeClosed(1, 3).forEach(this::fromDevice);
        redriveAll(bus);
        assertThat(heard).containsExactly(1);
        return bus;
    }

    final void offerAllAgain() {
        transport.offerReleased();
        time.run();
    }
}
