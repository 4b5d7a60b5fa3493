package io.signalbox.testkit.bus;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test of JUnit that takes a {@link DeterministicBus}, or a {@link DeterministicBusBuilder} to say how it is to be.
 * Each run has its seed in its name; one that fails prints it, and the system property {@code signalbox.seed} makes it
 * the only one. What was built is closed after the run.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(DeterministicBusExtension.class)
public @interface DeterministicBusTest {
    /** How many, each with another seed. */
    int runs() default 1;

    /** Of the first run, the next ones count on; 0: another one each time. */
    long seed() default 0;
}
