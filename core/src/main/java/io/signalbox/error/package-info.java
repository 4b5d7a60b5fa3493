/** The catalogue of reason codes from which every protocol's own codes are derived. */
@NullMarked
package io.signalbox.error;

import org.jspecify.annotations.NullMarked;
