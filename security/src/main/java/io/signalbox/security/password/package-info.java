/** Users and their Argon2id hashes: the file, the check and its bounds. Slow on purpose, never on an event loop. */
@NullMarked
package io.signalbox.security.password;

import org.jspecify.annotations.NullMarked;
