/** Where every message went, counted where it happens. Hot path: counters are plain adds. */
@NullMarked
package io.signalbox.broker.ledger;

import org.jspecify.annotations.NullMarked;
