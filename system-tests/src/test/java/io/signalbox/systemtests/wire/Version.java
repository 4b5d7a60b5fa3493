package io.signalbox.systemtests.wire;

/** Protocol version, with the level that a CONNECT carries. */
public enum Version {
    V3_1_1(4),
    V5(5);

    final int level;

    Version(int level) {
        this.level = level;
    }
}
