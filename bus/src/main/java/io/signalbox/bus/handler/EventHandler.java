package io.signalbox.bus.handler;

import io.signalbox.bus.filter.Filter;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The method hears of the events that its only parameter takes: of that class, below it, or implementing it. With a
 * parameter of type {@code Batch<E>} it hears of many at once.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface EventHandler {
    /** Higher ones are called first. */
    int priority() default 0;

    /** All of these must accept an event; each class has a constructor without parameters. */
    Class<? extends Filter>[] filter() default {};

    /** A CEL expression that must be true, as {@code CelFilter} has it; empty: none. */
    String when() default "";

    /** In milliseconds; 0: none. */
    long timeoutMillis() default 0;

    /** What outside of this process it calls; see {@link HandlerOptions#dependency()}. */
    String dependency() default "";

    /** Of a handler of batches: elements of a full one. */
    int batchSize() default 100;

    /** Of a handler of batches: how long the first element waits. */
    long batchMillis() default 100;
}
