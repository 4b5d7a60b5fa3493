package io.signalbox.bus.middleware;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.message.SendOptions;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A span for each handler that a message reaches, in the trace that the message was sent in (OpenTelemetry's semantic
 * conventions for messaging). For the trace to go on from handler to handler, the bus stamps what is sent as well:
 * {@code builder.middleware(tracing).stamp(tracing.stamp())}. Needs {@code io.opentelemetry:opentelemetry-api} on the
 * class path.
 */
public final class Tracing implements CommandMiddleware<Object>, EventMiddleware<Object> {
    private static final String TRACEPARENT = "traceparent";
    private static final AttributeKey<String> SYSTEM = AttributeKey.stringKey("messaging.system");
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("messaging.operation.type");
    private static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");
    private static final AttributeKey<String> MESSAGE_ID = AttributeKey.stringKey("messaging.message.id");
    private static final AttributeKey<String> CONVERSATION =
            AttributeKey.stringKey("messaging.message.conversation_id");
    private static final AttributeKey<String> HANDLER = AttributeKey.stringKey("signalbox.handler");

    private static final TextMapGetter<String> HEADER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String carrier) {
            return List.of(TRACEPARENT);
        }

        @Override
        public @Nullable String get(@Nullable String carrier, String key) {
            return key.equals(TRACEPARENT) ? carrier : null;
        }
    };

    private final Tracer tracer;

    public Tracing(OpenTelemetry telemetry) {
        tracer = telemetry.getTracer("io.signalbox.bus");
    }

    /** Gives what is sent the trace of the span that is current where it is sent. */
    public UnaryOperator<SendOptions> stamp() {
        return options -> {
            SpanContext current = Span.current().getSpanContext();
            return options.traceparent() == null && current.isValid()
                    ? options.withTraceparent("00-" + current.getTraceId() + "-" + current.getSpanId() + "-"
                            + current.getTraceFlags().asHex())
                    : options;
        };
    }

    @Override
    public CommandResult<?> around(CommandCall<Object> call, CommandChain<Object> next) throws Exception {
        Span span = start(call.envelope(), call.command(), call.handler().name());
        try (Scope scope = span.makeCurrent()) {
            CommandResult<?> result = next.proceed(call);
            if (!result.isSuccess()) {
                span.setStatus(StatusCode.ERROR, result.getClass().getSimpleName());
            }
            return result;
        } catch (Throwable error) {
            failed(span, error);
            throw error;
        } finally {
            span.end();
        }
    }

    @Override
    public void around(EventCall<Object> call, EventChain<Object> next) throws Exception {
        Span span = start(call.envelope(), call.event(), call.handler().name());
        try (Scope scope = span.makeCurrent()) {
            next.proceed(call);
        } catch (Throwable error) {
            failed(span, error);
            throw error;
        } finally {
            span.end();
        }
    }

    private Span start(Envelope<?> envelope, Object message, String handler) {
        String type = message.getClass().getSimpleName();
        String traceparent = envelope.meta().options().traceparent();
        Context parent = traceparent == null
                ? Context.current()
                : W3CTraceContextPropagator.getInstance().extract(Context.current(), traceparent, HEADER);
        return tracer.spanBuilder("process " + type)
                .setParent(parent)
                .setSpanKind(SpanKind.CONSUMER)
                .setAttribute(SYSTEM, "signalbox")
                .setAttribute(OPERATION, "process")
                .setAttribute(DESTINATION, type)
                .setAttribute(MESSAGE_ID, envelope.id())
                .setAttribute(CONVERSATION, envelope.correlationId())
                .setAttribute(HANDLER, handler)
                .startSpan();
    }

    private static void failed(Span span, Throwable error) {
        span.recordException(error);
        span.setStatus(StatusCode.ERROR, error.getClass().getName());
    }
}
