package io.signalbox.bus.remote;

import static org.assertj.core.api.Assertions.assertThat;

/** What has happened in all runs of {@link KeyOrderSimulationTest}. */
final class KeyOrderTotals {
    long handled;
    long dead;
    long rejected;
    long givenBack;
    long expired;
    long dropped;
    long filtered;
    long linksLost;
    long leftToNextLink;

    void assertThatItDidHappen(int runs) {
        assertThat(handled).isGreaterThan(10L * runs);
        assertThat(dead).isGreaterThan(runs / 4);
        assertThat(rejected).isGreaterThan(runs / 4);
        assertThat(givenBack).isGreaterThan(runs);
        assertThat(expired).isGreaterThan(runs / 50);
        assertThat(dropped).isGreaterThan(runs / 50);
        assertThat(filtered).isGreaterThan(runs / 4);
        assertThat(linksLost).isGreaterThan(runs / 4);
        assertThat(leftToNextLink).isGreaterThan(runs / 25);
    }

    @Override
    public String toString() {
        return handled + " events handled, " + dead + " letters, " + rejected + " rejected, " + givenBack
                + " times given back, " + expired + " expired, " + dropped + " dropped, " + filtered + " filtered, "
                + linksLost + " links lost, " + leftToNextLink + " events left to the next";
    }
}
