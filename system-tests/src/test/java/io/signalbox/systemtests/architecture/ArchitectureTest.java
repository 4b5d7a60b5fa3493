package io.signalbox.systemtests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may know whom, and what nobody may do. */
class ArchitectureTest {
    /** Raised as the house grows, so that the test cannot pass on nothing. */
    private static final int CLASSES_MIN = 250;

    private static final Set<String> FORBIDDEN_NAMES =
            Set.of("util", "utils", "common", "impl", "manager", "helper", "misc");

    private static JavaClasses classes;

    @BeforeAll
    static void importClasses() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(
                        location -> !location.contains("/systemtests/") && !location.contains("/system-tests/"))
                .importPackages("io.signalbox");
    }

    @Test
    void enoughClassesWereLookedAtInEveryRoom() {
        System.out.println("architecture: " + classes.size() + " classes, "
                + Arrays.stream(Room.values())
                        .map(room -> room.name().toLowerCase(java.util.Locale.ROOT) + " " + countIn(room))
                        .collect(Collectors.joining(", ")));
        assertThat(classes.size()).isGreaterThanOrEqualTo(CLASSES_MIN);
        for (Room room : Room.values()) {
            assertThat(countIn(room)).as("classes of " + room).isPositive();
        }
    }

    private static long countIn(Room room) {
        return classes.stream().filter(room::holds).count();
    }

    @Test
    void everyClassBelongsToARoom() {
        assertThat(classes.stream().filter(type -> Room.of(type).isEmpty()).map(JavaClass::getName))
                .as("classes in a package that no room claims")
                .isEmpty();
    }

    @Test
    void noRoomKnowsARoomThatItMayNotKnow() {
        TreeSet<String> violations = new TreeSet<>();
        for (JavaClass type : classes) {
            Room room = Room.of(type).orElseThrow();
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                Optional<Room> target = Room.of(dependency.getTargetClass().getBaseComponentType());
                if (target.isPresent() && !room.mayKnow(target.get())) {
                    violations.add(room + " knows " + target.get() + ": " + dependency.getDescription());
                }
            }
        }
        assertThat(violations).isEmpty();
    }

    @Test
    void outsidersTouchOnlyTheFrontOfTheBroker() {
        List<String> violations = classes.stream()
                .filter(type -> !Room.BROKER.holds(type) && !Room.TESTKIT.holds(type))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(dependency -> {
                    String name = dependency.getTargetClass().getPackageName();
                    return name.startsWith("io.signalbox.broker.") && !name.equals("io.signalbox.broker.embedded");
                })
                .map(Dependency::getDescription)
                .toList();
        assertThat(violations).isEmpty();
    }

    @Test
    void noRoomHasCyclesBetweenItsPackages() {
        for (Room room : Room.values()) {
            slices().assignedFrom(packagesOf(room))
                    .should()
                    .beFreeOfCycles()
                    .allowEmptyShould(true)
                    .check(classes);
        }
    }

    private static SliceAssignment packagesOf(Room room) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return room.holds(type) ? SliceIdentifier.of(type.getPackageName()) : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "packages of " + room;
            }
        };
    }

    @Test
    void packagesAreNamedAfterWhatTheyAreForNotAfterAKindOfThing() {
        assertThat(packageNames().stream()
                        .filter(name -> Arrays.stream(name.split("\\.")).anyMatch(FORBIDDEN_NAMES::contains)))
                .isEmpty();
    }

    private static Set<String> packageNames() {
        return classes.stream().map(JavaClass::getPackageName).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyPackageIsNullMarked() {
        TreeSet<String> unmarked = new TreeSet<>();
        for (String name : packageNames()) {
            JavaPackage found = classes.getPackage(name);
            if (!found.isAnnotatedWith(NullMarked.class)) {
                unmarked.add(name);
            }
        }
        assertThat(unmarked).isEmpty();
    }

    @Test
    void nothingIsReadWithJavaSerialization() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.io\\.(ObjectInputStream|ObjectOutputStream|Externalizable)")
                .because("a class named by bytes from outside is a way in (CVE-2023-46604)")
                .check(classes);
    }

    /** A wall clock that is set, by a day or by NTP, must expire nothing: {@code TimeSource} reads it once. */
    @Test
    void nobodyAsksTheWallClockButTheTimeSource() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.signalbox.time.TimeSource")
                .and()
                .resideOutsideOfPackages("io.signalbox.cli..")
                .should()
                .callMethodWhere(new DescribedPredicate<JavaMethodCall>("reads the wall clock") {
                    @Override
                    public boolean test(JavaMethodCall call) {
                        return readsTheWallClock(call);
                    }
                })
                .orShould()
                .callConstructor(java.util.Date.class)
                .check(classes);
        assertThat(classes.get("io.signalbox.time.TimeSource").getMethodCallsFromSelf())
                .as("where the rule must see one")
                .anyMatch(ArchitectureTest::readsTheWallClock);
    }

    private static boolean readsTheWallClock(JavaMethodCall call) {
        String owner = call.getTargetOwner().getName();
        String name = call.getName();
        return owner.equals("java.lang.System") && name.equals("currentTimeMillis")
                || owner.startsWith("java.time.") && name.equals("now")
                || owner.equals("java.time.Clock") && name.startsWith("system");
    }

    @Test
    void onlyTheCommandLineEndsTheProcess() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.signalbox.cli..", "io.signalbox.server..")
                .should()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Runtime.class, "halt", int.class)
                .check(classes);
    }
}
