/**
 * Applications in Java and in JavaScript on one bus: each scenario with every language on either side, against a real
 * server, a real Node.js and lines that can be lost.
 */
@NullMarked
package io.signalbox.systemtests.applications;

import org.jspecify.annotations.NullMarked;
