package io.signalbox.bus.remote;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.parts.Answering;
import io.signalbox.codec.MessageCodec;
import io.signalbox.message.Message;
import io.signalbox.topic.Topic;
import org.jspecify.annotations.Nullable;

/** The answers of this process to the query of another, sent one by one as they come. */
final class SentAnswers implements Answering {
    private static final Runnable NOTHING_MORE = () -> {};

    private final Sender sender;
    private final Topic replyTo;
    private final byte @Nullable [] correlation;
    private final MessageCodec codec;

    SentAnswers(Sender sender, Topic replyTo, byte @Nullable [] correlation, MessageCodec codec) {
        this.sender = sender;
        this.replyTo = replyTo;
        this.correlation = correlation;
        this.codec = codec;
    }

    @Override
    public void asked(int more) {
        if (more > 0) {
            send(Reply.asking(more, sender.replyTo(replyTo, correlation), codec));
        }
    }

    @Override
    public void answered(Object answer) {
        send(Reply.of(CommandResult.success(answer), sender.replyTo(replyTo, correlation), codec));
    }

    @Override
    public void failed(Throwable error) {
        send(Reply.of(new CommandResult.Failure<>(error, 1, null), sender.replyTo(replyTo, correlation), codec));
    }

    @Override
    public void noMore() {}

    private void send(Message reply) {
        sender.reply(reply, NOTHING_MORE);
    }
}
