/** Questions to many: asked at once, answered until enough have. */
@NullMarked
package io.signalbox.bus.query;

import org.jspecify.annotations.NullMarked;
