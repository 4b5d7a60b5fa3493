/**
 * Settings as people write them: their kinds with units, and sections that are read strictly, with every problem told
 * at once. Not hot path.
 */
@NullMarked
package io.signalbox.setting;

import org.jspecify.annotations.NullMarked;
