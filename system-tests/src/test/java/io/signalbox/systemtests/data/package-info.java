/** The data folder of a real server: who may read it, and what a damaged file in it does. Not hot path. */
@NullMarked
package io.signalbox.systemtests.data;

import org.jspecify.annotations.NullMarked;
