package io.signalbox.benchmarks.transports;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** amqp-client by hand, as its guide has it: persistent messages with an id, confirms in a window, acks in groups. */
final class BareRabbitMq implements Contender {
    private static final int ACK_EVERY = 50;

    private final Connection connection;
    private final String exchange;
    private final String queue;

    BareRabbitMq(String uri, String prefix) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(uri);
        factory.setAutomaticRecoveryEnabled(false);
        connection = factory.newConnection();
        exchange = prefix;
        queue = prefix + ".queue";
        try (Channel channel = connection.createChannel()) {
            channel.exchangeDeclare(exchange, "topic", true);
            channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum"));
            channel.queueBind(queue, exchange, "bench.#");
        }
    }

    @Override
    public String name() {
        return "amqp-client";
    }

    @Override
    public void publish(int messages, byte[] payload, int window) throws Exception {
        try (Channel channel = connection.createChannel()) {
            Semaphore free = new Semaphore(window);
            CountDownLatch confirmed = new CountDownLatch(messages);
            ConcurrentSkipListSet<Long> outstanding = new ConcurrentSkipListSet<>();
            channel.confirmSelect();
            channel.addConfirmListener(
                    (tag, multiple) -> {
                        NavigableSet<Long> done =
                                multiple ? outstanding.headSet(tag, true) : outstanding.subSet(tag, true, tag, true);
                        for (Long one = done.pollFirst(); one != null; one = done.pollFirst()) {
                            free.release();
                            confirmed.countDown();
                        }
                    },
                    (tag, multiple) -> {
                        throw new IllegalStateException("nack of " + tag);
                    });
            for (int i = 0; i < messages; i++) {
                free.acquire();
                outstanding.add(channel.getNextPublishSeqNo());
                channel.basicPublish(exchange, "bench.topic", persistent(i), payload);
            }
            confirmed.await();
        }
    }

    private static AMQP.BasicProperties persistent(int number) {
        return new AMQP.BasicProperties.Builder()
                .deliveryMode(2)
                .messageId(Integer.toString(number))
                .build();
    }

    @Override
    public long consume(int messages, int credit) throws Exception {
        long began = System.nanoTime();
        try (Channel channel = connection.createChannel()) {
            channel.basicQos(credit);
            CountDownLatch received = new CountDownLatch(messages);
            Tally tally = new Tally();
            channel.basicConsume(
                    queue,
                    false,
                    (consumer, delivery) -> {
                        tally.handle(delivery.getEnvelope().getRoutingKey(), delivery.getBody());
                        long left = received.getCount() - 1;
                        if (left % ACK_EVERY == 0) {
                            channel.basicAck(delivery.getEnvelope().getDeliveryTag(), true);
                        }
                        received.countDown(); // last: the channel may be closed from then on
                    },
                    consumer -> {});
            received.await();
            tally.demand(messages);
            return System.nanoTime() - began;
        }
    }

    @Override
    public void close() throws Exception {
        try (Channel channel = connection.createChannel()) {
            channel.queueDelete(queue);
            channel.exchangeDelete(exchange);
        }
        connection.close();
    }
}
