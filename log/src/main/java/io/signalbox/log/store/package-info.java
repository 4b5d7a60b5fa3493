/**
 * The few file operations that the log needs, so that a disk can be replaced by one that fails on purpose. Hot path:
 * one {@code write} per committed batch and one {@code force} per group commit.
 */
@NullMarked
package io.signalbox.log.store;

import org.jspecify.annotations.NullMarked;
