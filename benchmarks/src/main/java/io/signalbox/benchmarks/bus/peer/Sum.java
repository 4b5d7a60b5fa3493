package io.signalbox.benchmarks.bus.peer;

import io.signalbox.bus.message.Command;

/** The command that every peer carries out: the sum of two numbers. */
public record Sum(int left, int right) implements Command<Integer> {
    Integer answer() {
        return left + right;
    }
}
