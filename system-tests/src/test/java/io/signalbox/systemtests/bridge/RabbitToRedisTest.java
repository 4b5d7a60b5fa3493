package io.signalbox.systemtests.bridge;

/** From RabbitMQ to Redis. */
class RabbitToRedisTest extends BridgeEndToEnd {
    RabbitToRedisTest() {
        super(RedisFarSide::new);
    }
}
