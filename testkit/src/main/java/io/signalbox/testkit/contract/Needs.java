package io.signalbox.testkit.contract;

import io.signalbox.transport.Capabilities.Feature;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The features that a test, or all tests of a theme, are about. A transport without one of them skips the test, which
 * the run reports; that it refuses the feature clearly is tested by {@link RefusalContract}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Needs {
    Feature[] value();
}
