package io.signalbox.transports.redis;

/** One entry of one queue: how a hand-over is known to Redis, and the same for every hand-over of one message. */
record Claim(String queue, String id) {
    /** Of what came by Pub/Sub, which Redis knows nothing of any more. */
    static final Claim LIGHT = new Claim("", "");
}
