/** Which versions of a schema a class is read from, what is done with the others, and whether a payload keeps its schema. */
@NullMarked
package io.signalbox.codecs.schema;

import org.jspecify.annotations.NullMarked;
