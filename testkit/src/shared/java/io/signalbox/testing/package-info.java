/**
 * What the tests of every module share: the parent's {@code pom.xml} compiles it among the tests of each. It is no part
 * of the testkit, which others use with a patience of their own, and which the tests of core and bus cannot see.
 */
@NullMarked
package io.signalbox.testing;

import org.jspecify.annotations.NullMarked;
