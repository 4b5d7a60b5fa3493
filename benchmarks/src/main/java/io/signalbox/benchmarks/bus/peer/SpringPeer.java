package io.signalbox.benchmarks.bus.peer;

import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** Spring's ApplicationEventPublisher, with a listener that needs no reflection. */
final class SpringPeer implements Peer {
    private final GenericApplicationContext context;
    private final @Nullable ExecutorService executor;

    private record Receiver(TickHandler handler) implements ApplicationListener<PayloadApplicationEvent<Tick>> {
        @Override
        public void onApplicationEvent(PayloadApplicationEvent<Tick> event) {
            handler.handle(event.getPayload());
        }
    }

    private SpringPeer(TickHandler handler, @Nullable ExecutorService executor) {
        this.executor = executor;
        context = new GenericApplicationContext();
        if (executor != null) {
            SimpleApplicationEventMulticaster multicaster =
                    new SimpleApplicationEventMulticaster(context.getBeanFactory());
            multicaster.setTaskExecutor(executor);
            context.getBeanFactory()
                    .registerSingleton(AbstractApplicationContext.APPLICATION_EVENT_MULTICASTER_BEAN_NAME, multicaster);
        }
        context.addApplicationListener(new Receiver(handler));
        context.refresh();
    }

    static Peer sync(TickHandler handler) {
        return new SpringPeer(handler, null);
    }

    static Peer async(TickHandler handler) {
        return new SpringPeer(handler, HandlerThread.start());
    }

    @Override
    public void publish(Tick tick) {
        context.publishEvent(tick);
    }

    @Override
    public void close() {
        context.close();
        if (executor != null) {
            executor.close();
        }
    }
}
