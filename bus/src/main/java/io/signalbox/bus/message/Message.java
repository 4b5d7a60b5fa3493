package io.signalbox.bus.message;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** How a type of message is known outside of this process. A type without it stays inside. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Message {
    /** Stable name of the schema, whatever the class is called. */
    String name();

    /** Version of the schema: numbers separated by dots. */
    String version() default "1";

    /**
     * Which versions a process that has this class takes from others: a range such as {@code [1.2,2)}; empty: exactly
     * its own. What does not fit is rejected as {@code schema_mismatch}.
     */
    String accepts() default "";

    /** Native text of the topic it travels on; empty: made of the name. */
    String topic() default "";

    Scope scope() default Scope.EVERYWHERE;

    /** How far a message travels. */
    enum Scope {
        /** Never leaves this bus, whatever it stands on. */
        PROCESS,
        /** Goes over the bus's transport, when it has one. */
        EVERYWHERE
    }
}
