package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;

/** One hand-over by the server: on which channel, and the message as it came, in case it goes to the dead letters. */
record Inbound(
        SessionChannel channel, AckLedger.Open open, String routingKey, BasicProperties properties, byte[] body) {}
