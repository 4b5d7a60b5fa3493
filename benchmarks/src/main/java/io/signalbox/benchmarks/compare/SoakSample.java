package io.signalbox.benchmarks.compare;

/**
 * What one interval of a soak showed.
 *
 * @param deliveries in the interval; 0: the latencies are none either
 * @param heapMib used at its end, garbage included
 * @param oldMib of that, in the old generation, garbage that no collection has come to included
 * @param descriptors of the server that are open at its end
 */
record SoakSample(
        double seconds,
        long deliveries,
        double residentMib,
        double heapMib,
        double oldMib,
        int descriptors,
        double p50Us,
        double p999Us) {
    static final String HEADER = "seconds,deliveries,resident_mib,heap_mib,old_mib,descriptors,p50_us,p999_us";

    String csv() {
        return String.format(
                java.util.Locale.ROOT,
                "%.1f,%d,%.1f,%.1f,%.1f,%d,%.1f,%.1f",
                seconds,
                deliveries,
                residentMib,
                heapMib,
                oldMib,
                descriptors,
                p50Us,
                p999Us);
    }
}
