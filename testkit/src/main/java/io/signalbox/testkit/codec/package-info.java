/** What every codec and every layer must do, yours included: extend a contract and it runs. */
@NullMarked
package io.signalbox.testkit.codec;

import org.jspecify.annotations.NullMarked;
