/** What users write: functions that handle messages, how they want to be called, and the handle that takes them away. */
@NullMarked
package io.signalbox.bus.handler;

import org.jspecify.annotations.NullMarked;
