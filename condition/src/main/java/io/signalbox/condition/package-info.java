/** Conditions on messages, their envelope and their payload, in the Common Expression Language. Warm path. */
@NullMarked
package io.signalbox.condition;

import org.jspecify.annotations.NullMarked;
