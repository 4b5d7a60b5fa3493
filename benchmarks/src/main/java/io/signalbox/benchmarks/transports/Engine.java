package io.signalbox.benchmarks.transports;

import io.signalbox.time.TimeSource;
import io.signalbox.transport.Transport;
import io.signalbox.transports.jdbc.JdbcConfig;
import io.signalbox.transports.jdbc.JdbcTransport;
import io.signalbox.transports.kafka.KafkaTransport;
import io.signalbox.transports.rabbitmq.RabbitMqConfig;
import io.signalbox.transports.rabbitmq.RabbitMqTransport;
import io.signalbox.transports.redis.RedisConfig;
import io.signalbox.transports.redis.RedisTransport;
import java.net.URI;

/** A server, its client library by hand, and the transport over it. */
enum Engine {
    RABBITMQ(1_000) {
        @Override
        Contender bare(String address, String name) throws Exception {
            return new BareRabbitMq(address, name);
        }

        @Override
        Transport transport(String address, String name) {
            return RabbitMqTransport.open(
                    RabbitMqConfig.of(URI.create(address)).withPrefix(name), TimeSource.monotonic());
        }
    },
    REDIS(1_000) {
        @Override
        Contender bare(String address, String name) {
            return new BareRedis(address, name);
        }

        @Override
        Transport transport(String address, String name) {
            return RedisTransport.open(RedisConfig.of(address).withPrefix(name), TimeSource.monotonic());
        }
    },
    KAFKA(10_000) {
        @Override
        Contender bare(String address, String name) throws Exception {
            return new BareKafka(address, name);
        }

        @Override
        Transport transport(String address, String name) {
            return KafkaTransport.open(
                    io.signalbox.transports.kafka.KafkaConfig.of(address).withPrefix(name), TimeSource.monotonic());
        }
    },
    POSTGRESQL(5_000) {
        @Override
        Contender bare(String address, String name) throws Exception {
            return new BarePostgres(address, name);
        }

        @Override
        Transport transport(String address, String name) {
            return JdbcTransport.open(JdbcConfig.of(address).withSchema(name), TimeSource.monotonic());
        }
    };

    /** Publishes that may be unanswered: enough that nobody waits for an answer before it fills the next batch. */
    final int window;

    Engine(int window) {
        this.window = window;
    }

    abstract Contender bare(String address, String name) throws Exception;

    abstract Transport transport(String address, String name);
}
