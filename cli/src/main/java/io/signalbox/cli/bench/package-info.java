/** The built-in load test: publishers and subscribers over MQTT, and what they measured. Its loops are hot. */
@NullMarked
package io.signalbox.cli.bench;

import org.jspecify.annotations.NullMarked;
