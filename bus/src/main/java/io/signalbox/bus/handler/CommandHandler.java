package io.signalbox.bus.handler;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The method handles the command that is its only parameter; what it returns is the command's answer. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface CommandHandler {
    /** In milliseconds; 0: none. */
    long timeoutMillis() default 0;

    /** What outside of this process it calls; see {@link HandlerOptions#dependency()}. */
    String dependency() default "";
}
