package io.signalbox.security.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.access.Principal;
import io.signalbox.security.file.SecurityFileException;
import io.signalbox.topic.Topic;
import io.signalbox.topic.TopicFilter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PermissionFileTest {
    private static final Principal ALICE = Principal.user("alice", "c1");

    @TempDir
    Path directory = Path.of("");

    private PermissionAuthorizer rules(String... lines) throws Exception {
        Path file = directory.resolve("permissions");
        Files.writeString(file, String.join("\n", lines) + "\nend\n");
        return new PermissionAuthorizer(PermissionFile.read(file));
    }

    @Test
    void whatNoRuleAllowsIsDenied() throws Exception {
        PermissionAuthorizer a = rules("allow user:bob all #");
        assertThat(a.mayPublish(ALICE, Topic.ofMqtt("a"))).isFalse();
        assertThat(a.maySubscribe(ALICE, TopicFilter.ofMqtt("a"))).isFalse();
        assertThat(a.mayReceive(ALICE, Topic.ofMqtt("a"))).isFalse();
        assertThat(a.mayAdminister(ALICE)).isFalse();
        assertThat(a.mayAdminister(Principal.user("bob", ""))).isFalse();
    }

    @Test
    void publishAndSubscribeAndAdminAreSeparate() throws Exception {
        PermissionAuthorizer a =
                rules("allow user:alice publish in/#", "allow user:alice subscribe out/#", "allow user:alice admin");
        assertThat(a.mayPublish(ALICE, Topic.ofMqtt("in/x"))).isTrue();
        assertThat(a.mayReceive(ALICE, Topic.ofMqtt("in/x"))).isFalse();
        assertThat(a.mayPublish(ALICE, Topic.ofMqtt("out/x"))).isFalse();
        assertThat(a.maySubscribe(ALICE, TopicFilter.ofMqtt("out/+"))).isTrue();
        assertThat(a.mayAdminister(ALICE)).isTrue();
    }

    @Test
    void aDenialWinsWhereverItStandsAndHoldsBackSingleTopicsOfAnAllowedFilter() throws Exception {
        PermissionAuthorizer a = rules("deny everybody all a/secret/#", "allow everybody all a/#");
        assertThat(a.maySubscribe(ALICE, TopicFilter.ofMqtt("a/#"))).isTrue();
        assertThat(a.maySubscribe(ALICE, TopicFilter.ofMqtt("a/secret/+"))).isFalse();
        assertThat(a.mayReceive(ALICE, Topic.ofMqtt("a/open"))).isTrue();
        assertThat(a.mayReceive(ALICE, Topic.ofMqtt("a/secret"))).isFalse();
        assertThat(a.mayPublish(ALICE, Topic.ofMqtt("a/secret/b"))).isFalse();
    }

    @Test
    void systemTopicsNeedARuleThatNamesThem() throws Exception {
        PermissionAuthorizer a = rules("allow everybody all #");
        assertThat(a.mayReceive(ALICE, Topic.ofMqtt("$SYS/x"))).isFalse();
        assertThat(a.maySubscribe(ALICE, TopicFilter.ofMqtt("$SYS/#"))).isFalse();
        assertThat(a.mayPublish(ALICE, Topic.ofMqtt("$CONTROL/x"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "a/+, a/#, false",
        "a/+, a/b, true",
        "a/+, a/+, true",
        "a/#, a/+, true",
        "a/#, a, true",
        "a/#, a/#, true",
        "a/#, #, false",
        "+/b, #, false",
        "#, +/+, true",
        "+, #, false",
        "+/#, #, true",
        "a/b/c, a/+/c, false",
        "a/+/c, a/b/#, false"
    })
    void theAskedFilterMustLieWithinTheAllowedOne(String allowed, String asked, boolean expected) throws Exception {
        assertThat(rules("allow everybody subscribe " + allowed).maySubscribe(ALICE, TopicFilter.ofMqtt(asked)))
                .isEqualTo(expected);
    }

    @Test
    void severalAllowedFiltersMayCoverTogether() throws Exception {
        assertThat(rules("allow everybody subscribe a", "allow everybody subscribe a/+/#")
                        .maySubscribe(ALICE, TopicFilter.ofMqtt("a/#")))
                .isTrue();
    }

    /** CVE-2017-7650, CVE-2026-44838. */
    @ParameterizedTest
    @ValueSource(strings = {"", "+", "#", "a/b", "a+", "#a", "/", "/x", "x/", "a\0", "$SYS"})
    void aHostileValueNeverWidensARuleWhicheverVariableItIsIn(String value) throws Exception {
        PermissionAuthorizer a =
                rules("allow everybody all %c/x", "allow everybody all %u/x", "allow everybody all d/%c/#");
        for (Principal p : new Principal[] {Principal.user(value, "+"), Principal.user("+", value)}) {
            for (String topic : new String[] {"a/x", "b/x", "a/b/x", "/x", "$SYS/x", "d/z"}) {
                assertThat(a.mayPublish(p, Topic.ofMqtt(topic)))
                        .as("%s on %s", p, topic)
                        .isFalse();
                assertThat(a.mayReceive(p, Topic.ofMqtt(topic)))
                        .as("%s on %s", p, topic)
                        .isFalse();
            }
            for (String filter : new String[] {"+/x", "#", "+/+/x", "d/#", "$SYS/x"}) {
                assertThat(a.maySubscribe(p, TopicFilter.ofMqtt(filter)))
                        .as("%s on %s", p, filter)
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {".*", "\\", "%c", "%00", "*", "\u0430lice", "a b"})
    void anyOtherValueStandsForItselfAlone(String value) throws Exception {
        PermissionAuthorizer a = rules("allow everybody all d/%c/#");
        Principal p = Principal.user("u", value);
        assertThat(a.mayPublish(p, Topic.ofMqtt("d/" + value + "/x"))).isTrue();
        assertThat(a.mayPublish(p, Topic.ofMqtt("d/alice/x"))).isFalse();
        assertThat(a.maySubscribe(p, TopicFilter.ofMqtt("d/+/x"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "#", "+", "a/b"})
    void aDenialWhoseValueCannotBePutInDeniesEverythingFromThereOn(String value) throws Exception {
        PermissionAuthorizer a = rules("allow everybody all #", "deny everybody all private/%u");
        assertThat(a.mayPublish(Principal.user(value, "c"), Topic.ofMqtt("private/a/b")))
                .isFalse();
        assertThat(a.mayPublish(Principal.user("alice", "c"), Topic.ofMqtt("private/a/b")))
                .isTrue();
    }

    @Test
    void patternsMatchNamesAndNeverTheAnonymous() throws Exception {
        PermissionAuthorizer a = rules(
                "allow user:al*e publish u",
                "allow client:sensor-* publish c",
                "allow anonymous publish n",
                "allow user:\"Jane Doe\" publish j",
                "allow user:* publish any");
        assertThat(a.mayPublish(ALICE, Topic.ofMqtt("u"))).isTrue();
        assertThat(a.mayPublish(Principal.user("alien", ""), Topic.ofMqtt("u"))).isFalse();
        assertThat(a.mayPublish(Principal.user("x", "sensor-7"), Topic.ofMqtt("c")))
                .isTrue();
        assertThat(a.mayPublish(Principal.user("x", "sensor"), Topic.ofMqtt("c")))
                .isFalse();
        assertThat(a.mayPublish(Principal.anonymous("sensor-7"), Topic.ofMqtt("n")))
                .isTrue();
        assertThat(a.mayPublish(ALICE, Topic.ofMqtt("n"))).isFalse();
        assertThat(a.mayPublish(Principal.anonymous(""), Topic.ofMqtt("any"))).isFalse();
        assertThat(a.mayPublish(Principal.user("Jane Doe", ""), Topic.ofMqtt("j")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permit everybody all #",
                "allow",
                "allow everybody",
                "allow everybody all",
                "allow everybody read #",
                "allow bob all #",
                "allow user: all #",
                "allow user:\"bob all #",
                "allow user:\"bob\"x all #",
                "allow everybody all a/#/b+",
                "allow everybody all a/%x",
                "allow everybody all a/%",
                "allow everybody admin #"
            })
    void aLineThatIsNotARuleMakesTheFileBadAndIsNamed(String line) {
        assertThatThrownBy(() -> rules("allow everybody all #", line))
                .isInstanceOf(SecurityFileException.class)
                .hasMessageContaining("permissions: line 2: ");
    }

    @Test
    void everyBadLineIsReportedAtOnce() {
        assertThatThrownBy(() -> rules("nonsense", "allow everybody all #", "rubbish"))
                .hasMessageContaining("line 1")
                .hasMessageContaining("line 3");
    }

    @Test
    void hostilePatternsAndFiltersCostLittle() throws Exception {
        PermissionAuthorizer a = rules("allow user:" + "*a".repeat(200) + "b all #");
        assertThat(a.mayPublish(Principal.user("a".repeat(256), ""), Topic.ofMqtt("x")))
                .isFalse();
        assertThat(a.maySubscribe(ALICE, TopicFilter.ofMqtt("+/".repeat(127) + "#")))
                .isFalse();
    }
}
