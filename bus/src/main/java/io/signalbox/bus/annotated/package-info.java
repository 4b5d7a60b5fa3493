/** Handlers found by their annotations: looked up once for each class, called like lambdas. */
@NullMarked
package io.signalbox.bus.annotated;

import org.jspecify.annotations.NullMarked;
