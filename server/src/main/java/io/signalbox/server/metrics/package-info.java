/** Figures for Prometheus, gathered when somebody asks for them. */
@NullMarked
package io.signalbox.server.metrics;

import org.jspecify.annotations.NullMarked;
