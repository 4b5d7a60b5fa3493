/** What codecs and layers cost beside the libraries that they call. */
@NullMarked
package io.signalbox.benchmarks.codec;

import org.jspecify.annotations.NullMarked;
