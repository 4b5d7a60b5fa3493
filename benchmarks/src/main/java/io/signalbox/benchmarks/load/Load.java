package io.signalbox.benchmarks.load;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.ParameterException;

/** The command: rehearses, runs once, prints. Exit codes: 0 measured, 1 the run failed, 2 wrong usage. */
public final class Load {
    private Load() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        List<String> list = Arrays.asList(arguments);
        if (list.contains("--help")) {
            System.out.println(Plan.usage());
            return 0;
        }
        Plan plan;
        try {
            plan = Plan.parse(arguments);
        } catch (ParameterException | LoadException e) {
            System.err.println("load: " + e.getMessage() + "; --help tells the options");
            return 2;
        }
        try {
            rehearse(plan);
            Result result = LoadRun.run(plan);
            if (!plan.json) {
                System.out.println(result.text());
            }
            System.out.println(result.json());
            return 0;
        } catch (LoadException e) {
            System.err.println("load: " + e.getMessage());
            return 1;
        }
    }

    /** The code of a cold JVM would measure its own compilation. */
    public static void rehearse(Plan plan) {
        for (int i = 0; i < plan.discarded; i++) {
            LoadRun.run(plan.rehearsal(i));
        }
    }
}
