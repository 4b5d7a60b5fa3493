package io.signalbox.transports.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Questions whose answer "there is none" closes the channel they were asked on (AMQP 0.9.1, 1.7.2.1.6). */
final class Probe {
    private static final int NOT_FOUND = 404;

    private Probe() {}

    static Optional<AMQP.Queue.DeclareOk> queue(Connection connection, String name) throws IOException {
        return ask(connection, channel -> channel.queueDeclarePassive(name));
    }

    static boolean exchangeExists(Connection connection, String name) throws IOException {
        return ask(connection, channel -> channel.exchangeDeclarePassive(name)).isPresent();
    }

    interface Question<T> {
        T ask(Channel channel) throws IOException;
    }

    /** On a channel of its own; empty if the server answered that there is no such thing. */
    static <T> Optional<T> ask(Connection connection, Question<T> question) throws IOException {
        Channel channel = connection.createChannel();
        try {
            Optional<T> answer = Optional.of(question.ask(channel));
            channel.close();
            return answer;
        } catch (IOException e) {
            if (isNotFound(e)) {
                return Optional.empty();
            }
            throw e;
        } catch (TimeoutException | AlreadyClosedException e) {
            throw new IOException("the channel closed while it was asked", e);
        }
    }

    private static boolean isNotFound(IOException e) {
        AMQP.Channel.@Nullable Close close = close(e);
        return close != null && close.getReplyCode() == NOT_FOUND;
    }

    /** What the server said when it closed the channel, and not the connection; null if it did not. */
    static @Nullable String refusal(Exception e) {
        AMQP.Channel.@Nullable Close close = close(e);
        return close == null ? null : close.getReplyText();
    }

    private static AMQP.Channel.@Nullable Close close(Exception e) {
        Throwable signal = e instanceof ShutdownSignalException ? e : e.getCause();
        return signal instanceof ShutdownSignalException shutdown
                        && shutdown.getReason() instanceof AMQP.Channel.Close close
                ? close
                : null;
    }
}
