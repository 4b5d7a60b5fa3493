package io.signalbox.benchmarks.compare;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a figure of Signalbox is to be. */
sealed interface Aim {
    /** For people. */
    String words(Metric metric);

    /** So many times the best of these. */
    record Beside(Rule rule, double factor, Rivals rivals) implements Aim {
        @Override
        public String words(Metric metric) {
            return rule.sign + (factor == 1 ? " " : String.format(Locale.ROOT, " %.1f × ", factor)) + rivals.words;
        }
    }

    /** @param bound in the metric's unit */
    record Within(Rule rule, double bound) implements Aim {
        @Override
        public String words(Metric metric) {
            return rule.sign + " " + metric.format(bound);
        }
    }

    /** The largest of a series is at most so many times the smallest. */
    record Flat(double factor) implements Aim {
        @Override
        public String words(Metric metric) {
            return String.format(Locale.ROOT, "flat within %.1f ×", factor);
        }
    }

    /** Between a figure and its bound. */
    enum Rule {
        AT_LEAST("≥") {
            @Override
            boolean holds(double figure, double bound) {
                return figure >= bound;
            }
        },
        AT_MOST("≤") {
            @Override
            boolean holds(double figure, double bound) {
                return figure <= bound;
            }
        },
        LESS("<") {
            @Override
            boolean holds(double figure, double bound) {
                return figure < bound;
            }
        };

        final String sign;

        Rule(String sign) {
            this.sign = sign;
        }

        abstract boolean holds(double figure, double bound);
    }

    /** Whom an aim is about. */
    enum Rivals {
        EVERY("every peer", EnumSet.complementOf(EnumSet.of(Broker.SIGNALBOX))),
        OVER_MQTT("the best over MQTT", EnumSet.complementOf(EnumSet.of(Broker.SIGNALBOX, Broker.NATS_CORE))),
        NATS_CORE("NATS by its own protocol (to reach for)", EnumSet.of(Broker.NATS_CORE)),
        NATS("NATS over MQTT", EnumSet.of(Broker.NATS)),
        MOSQUITTO("Mosquitto", EnumSet.of(Broker.MOSQUITTO)),
        ARTEMIS("Artemis", EnumSet.of(Broker.ARTEMIS));

        final String words;
        final Set<Broker> brokers;

        Rivals(String words, Set<Broker> brokers) {
            this.words = words;
            this.brokers = brokers;
        }
    }
}
