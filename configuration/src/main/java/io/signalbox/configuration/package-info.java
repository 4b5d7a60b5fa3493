/**
 * From texts to transports: a hierarchy of transports, what messages need of it, and bridges, read from YAML and the
 * environment and run. For the server, and for applications that embed a bus. Not hot path.
 */
@NullMarked
package io.signalbox.configuration;

import org.jspecify.annotations.NullMarked;
