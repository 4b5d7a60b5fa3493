package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which publish of which transport instance a message is: the same for every hand-over of one message, and for its
 * repetition after a lost confirm. 16 bytes in the header {@value #HEADER}.
 */
record Origin(long instance, long number) {
    static final String HEADER = "sb-origin";

    byte[] bytes() {
        return ByteBuffer.allocate(16).putLong(instance).putLong(number).array();
    }

    /** Null for a message of somebody else. */
    static @Nullable Origin of(BasicProperties properties) {
        Map<String, Object> headers = properties.getHeaders();
        return headers != null && headers.get(HEADER) instanceof byte[] bytes && bytes.length == 16
                ? new Origin(
                        ByteBuffer.wrap(bytes).getLong(), ByteBuffer.wrap(bytes).getLong(8))
                : null;
    }
}
