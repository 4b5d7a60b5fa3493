package io.signalbox.bus.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlacesTest {
    private final Places places = new Places(2);

    @Test
    void theFirstEventBringsAWorkerAndLaterOnesAWatchWhileAPlaceIsFree() {
        assertThat(places.need()).isEqualTo(Places.Need.WORKER);
        assertThat(places.need()).isEqualTo(Places.Need.WATCH);
        assertThat(places.takeOneMore()).isTrue();
        assertThat(places.need()).isEqualTo(Places.Need.NOTHING);
        assertThat(places.takeOneMore()).isFalse();
    }

    @Test
    void aWorkerThatFindsAnEventWhichCameWhileAllPlacesWereTakenStays() {
        places.need();
        places.takeOneMore();
        assertThat(places.need()).isEqualTo(Places.Need.NOTHING);
        assertThat(places.leave(() -> true)).isFalse();
        assertThat(places.taken()).isEqualTo(2);
    }

    @Test
    void itLeavesWhenAnotherHasTakenItsPlaceMeanwhile() {
        places.need();
        places.takeOneMore();
        assertThat(places.leave(places::takeOneMore)).isTrue();
        assertThat(places.taken()).isEqualTo(2);
    }

    @Test
    void itLeavesWhenNothingWaits() {
        places.need();
        assertThat(places.leave(() -> false)).isTrue();
        assertThat(places.taken()).isZero();
    }
}
