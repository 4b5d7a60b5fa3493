package io.signalbox.codecs.compress;

import io.signalbox.codec.PayloadLayer;
import io.signalbox.testkit.codec.LayerContract;

class Lz4Test extends LayerContract {
    private final Compression compression = Compression.lz4().withThreshold(0).withRatioMax(1_000);

    @Override
    protected PayloadLayer layer() {
        return compression;
    }

    @Override
    protected boolean authenticates() {
        return false;
    }
}
