package io.signalbox.client.connection;

import com.hivemq.client.mqtt.mqtt5.Mqtt5RxClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import io.reactivex.disposables.Disposable;
import io.reactivex.processors.FlowableProcessor;
import io.reactivex.processors.UnicastProcessor;
import io.signalbox.client.connection.Link.Answer;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What goes by one connection, as one stream: ordered, and without a stream for every message. Any thread. */
final class Outgoing {
    private final FlowableProcessor<Mqtt5Publish> queue =
            UnicastProcessor.<Mqtt5Publish>create().toSerialized();
    private final Map<Mqtt5Publish, Answer> unanswered = new IdentityHashMap<>();
    private final Disposable flow;

    Outgoing(Mqtt5RxClient client) {
        flow = client.publish(queue).subscribe(this::answered, ended -> {});
    }

    void publish(Mqtt5Publish publish, Answer answer) {
        synchronized (unanswered) {
            unanswered.put(publish, answer);
        }
        queue.onNext(publish);
    }

    private void answered(Mqtt5PublishResult result) {
        Answer answer = take(result.getPublish());
        if (answer != null) {
            PublishAnswer.tell(result, answer);
        }
    }

    private @Nullable Answer take(Mqtt5Publish publish) {
        synchronized (unanswered) {
            return unanswered.remove(publish);
        }
    }

    /** The connection is gone: nothing is answered any more, and the library keeps nothing to send again. */
    void end() {
        flow.dispose();
        synchronized (unanswered) {
            unanswered.clear();
        }
    }
}
