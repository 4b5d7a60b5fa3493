/** Topic permissions: the file, its rules, and the questions they answer. Asked once per client and topic. */
@NullMarked
package io.signalbox.security.permission;

import org.jspecify.annotations.NullMarked;
