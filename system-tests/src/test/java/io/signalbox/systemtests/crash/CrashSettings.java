package io.signalbox.systemtests.crash;

import java.util.List;

/**
 * What a run does.
 *
 * @param cycles how many times the broker is killed
 * @param seed of the random moments; the same seed kills after the same numbers of acknowledgements
 * @param publishersPerQos as many with QoS 1, and as many with QoS 2
 * @param acksPerCycleMax a broker is killed after 1 to this many acknowledgements
 * @param payloadBytes of each message
 */
record CrashSettings(int cycles, long seed, int publishersPerQos, int acksPerCycleMax, int payloadBytes) {

    static CrashSettings cycles(int cycles) {
        return new CrashSettings(cycles, System.nanoTime() & 0xffff_ffffL, 2, 2_000, 256);
    }

    static CrashSettings parse(List<String> arguments) {
        CrashSettings settings = cycles(200);
        for (int i = 0; i + 1 < arguments.size(); i += 2) {
            long value = arguments.get(i).equals("--broker") ? 0 : Long.parseLong(arguments.get(i + 1));
            settings = switch (arguments.get(i)) {
                case "--cycles" -> settings.withCycles((int) value);
                case "--seed" ->
                    new CrashSettings(
                            settings.cycles,
                            value,
                            settings.publishersPerQos,
                            settings.acksPerCycleMax,
                            settings.payloadBytes);
                case "--publishers" ->
                    new CrashSettings(
                            settings.cycles,
                            settings.seed,
                            (int) value,
                            settings.acksPerCycleMax,
                            settings.payloadBytes);
                case "--acks" ->
                    new CrashSettings(
                            settings.cycles,
                            settings.seed,
                            settings.publishersPerQos,
                            (int) value,
                            settings.payloadBytes);
                case "--payload" ->
                    new CrashSettings(
                            settings.cycles, settings.seed, settings.publishersPerQos, settings.acksPerCycleMax, (int)
                                    value);
                case "--broker" -> settings;
                default -> throw new IllegalArgumentException("unknown option " + arguments.get(i));
            };
        }
        return settings;
    }

    private CrashSettings withCycles(int value) {
        return new CrashSettings(value, seed, publishersPerQos, acksPerCycleMax, payloadBytes);
    }
}
