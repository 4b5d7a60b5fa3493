package io.signalbox.codecs.compress;

import io.signalbox.codec.PayloadLayer;
import io.signalbox.testkit.codec.LayerContract;

class ZstdTest extends LayerContract {
    private final Compression compression = Compression.zstd().withThreshold(0).withRatioMax(1_000);

    @Override
    protected PayloadLayer layer() {
        return compression;
    }

    @Override
    protected boolean authenticates() {
        return false;
    }
}
