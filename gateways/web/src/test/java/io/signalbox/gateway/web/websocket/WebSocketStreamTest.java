package io.signalbox.gateway.web.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WebSocketStreamTest {
    private final EmbeddedChannel channel = new EmbeddedChannel(new WebSocketStream());

    @AfterEach
    void releaseAll() {
        channel.finishAndReleaseAll();
    }

    private <T> T sent(Class<T> type) {
        Object message = channel.readOutbound();
        assertThat(message).isInstanceOf(type);
        return type.cast(message);
    }

    @Test
    void bytesGoOutAsBinaryFrames() {
        channel.writeOutbound(Unpooled.wrappedBuffer(new byte[] {1, 2}));
        BinaryWebSocketFrame frame = sent(BinaryWebSocketFrame.class);
        assertThat(frame.content().readableBytes()).isEqualTo(2);
        frame.release();
    }

    @Test
    void aPingIsAnsweredWithWhatItCarries() {
        channel.writeInbound(new PingWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {7})));
        assertThat(channel.outboundMessages()).hasSize(1);
        PongWebSocketFrame pong = sent(PongWebSocketFrame.class);
        assertThat(pong.content().getByte(0)).isEqualTo((byte) 7);
        pong.release();
    }

    @Test
    void pingsOfAClientThatReadsNothingKeepNothingButTheLast() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(5, 10));
        channel.write(Unpooled.wrappedBuffer(new byte[100])); // not flushed: nobody takes it
        assertThat(channel.isWritable()).isFalse();
        ByteBuf first = Unpooled.buffer().writeByte(1);
        channel.writeInbound(new PingWebSocketFrame(first));
        channel.writeInbound(new PingWebSocketFrame(Unpooled.buffer().writeByte(2)));
        assertThat(first.refCnt()).isZero();
        assertThat(channel.outboundMessages()).isEmpty();
        channel.flush();
        channel.runPendingTasks();
        sent(BinaryWebSocketFrame.class).release();
        PongWebSocketFrame pong = sent(PongWebSocketFrame.class);
        assertThat(pong.content().getByte(0)).isEqualTo((byte) 2);
        pong.release();
    }

    @Test
    void toCloseIsToSayItAndToWaitForTheClientsAnswer() {
        ChannelFuture closed = channel.pipeline().close();
        CloseWebSocketFrame farewell = sent(CloseWebSocketFrame.class);
        assertThat(farewell.statusCode()).isEqualTo(1000);
        farewell.release();
        assertThat(channel.isOpen()).isTrue();
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[10])); // on its way before it knew
        assertThat(channel.inboundMessages()).isEmpty();
        channel.writeInbound(new CloseWebSocketFrame(1000, ""));
        assertThat(channel.isOpen()).isFalse();
        assertThat(closed.isSuccess()).isTrue();
        assertThat((Object) channel.readOutbound()).isNull();
    }

    @Test
    void aClientThatDoesNotAnswerIsCutOff() {
        channel.freezeTime();
        ChannelFuture closed = channel.pipeline().close();
        ReferenceCountUtil.release(channel.readOutbound());
        channel.advanceTimeBy(999, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isTrue();
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isFalse();
        assertThat(closed.isSuccess()).isTrue();
    }

    @Test
    void aClientThatClosesIsAnsweredWithItsStatusAndTheChannelGoes() {
        channel.writeInbound(new CloseWebSocketFrame(1001, "away"));
        CloseWebSocketFrame answer = sent(CloseWebSocketFrame.class);
        assertThat(answer.statusCode()).isEqualTo(1001);
        answer.release();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aThousandPingsOfOneReadHaveOneAnswer() {
        Object[] pings = new Object[1_000];
        for (int i = 0; i < pings.length; i++) {
            pings[i] = new PingWebSocketFrame(Unpooled.buffer().writeInt(i));
        }
        channel.writeInbound(pings);
        PongWebSocketFrame pong = sent(PongWebSocketFrame.class);
        assertThat(pong.content().getInt(0)).isEqualTo(999);
        pong.release();
        assertThat(channel.outboundMessages()).isEmpty();
    }

    @Test
    void aFrameThatIsNoneEndsItWithItsStatus() {
        channel.pipeline()
                .fireExceptionCaught(
                        new CorruptedWebSocketFrameException(WebSocketCloseStatus.INVALID_MESSAGE_TYPE, "text"));
        CloseWebSocketFrame answer = sent(CloseWebSocketFrame.class);
        assertThat(answer.statusCode()).isEqualTo(1003);
        answer.release();
        // What else the client has sent is read and dropped, or the answer would be lost with a reset.
        ByteBuf rest = Unpooled.wrappedBuffer(new byte[10]);
        channel.writeInbound(rest);
        assertThat(rest.refCnt()).isZero();
        assertThat(channel.isOpen()).isTrue();
    }
}
