/** That the contract of an outbox can be broken. */
@NullMarked
package io.signalbox.testkit.outbox;

import org.jspecify.annotations.NullMarked;
