package io.signalbox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpCommandsTest {
    private static final String LETTER = """
            {"id":7,"session":"s1","sequence":3,"time":1767225600000,"resolved":false,
             "deaths":[{"reason":"rejected","source":"s1","count":2,"first":1,"last":2,"error":"no"}],
             "message":{"topic":"a/b","payload":"x","qos":1,"retain":false,"id":"m1","idempotencyKey":"k"}}""";

    private FakeApi api;

    @BeforeEach
    void start() throws IOException {
        api = new FakeApi();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private Shell run(String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.add("--http");
        all.add(api.url());
        return Shell.run(all.toArray(String[]::new));
    }

    @Test
    void historyIsATableOrALineOfJsonForEachMessage() {
        api.on("GET /api/v1/history", 200, """
                {"messages":[{"sequence":1,"time":0,"topic":"a/b","payload":"one","qos":1},
                             {"sequence":2,"time":1,"topic":"a/b","payloadBase64":"AAE=","qos":0}]}""");

        Shell table = run("history", "a/b", "-n", "2");
        Shell json = run("history", "a/b", "--json");

        assertThat(table.exitCode()).as(table.err()).isZero();
        assertThat(table.out().lines())
                .containsExactly(
                        "SEQUENCE  TIME                      TOPIC  QOS  PAYLOAD",
                        "       1  1970-01-01T00:00:00Z      a/b      1  one",
                        "       2  1970-01-01T00:00:00.001Z  a/b      0  AAE=");
        assertThat(json.out().lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(Json.object(line)).containsEntry("topic", "a/b"));
        assertThat(api.asked().getFirst().what()).isEqualTo("GET /api/v1/history?topic=a%2Fb&last=2");
    }

    @Test
    void replayPrintsTheLinesOfTheStream() {
        api.on("GET /api/v1/replay", 200, "{\"sequence\":1}\n{\"sequence\":2}\n");

        Shell shell = run("replay", "a/#", "--from", "24h", "--speed", "10", "-n", "5");

        assertThat(shell.exitCode()).as(shell.err()).isZero();
        assertThat(shell.out()).isEqualTo("{\"sequence\":1}\n{\"sequence\":2}\n");
        assertThat(api.asked().getFirst().what())
                .isEqualTo("GET /api/v1/replay?filter=a%2F%23&from=24h&speed=10&limit=5");
    }

    @Test
    void deadLettersAreListedWithTheirLastDeath() {
        api.on("GET /api/v1/dead-letters", 200, "{\"total\":1,\"deadLetters\":[" + LETTER + "]}");

        Shell table = run("dlq", "list", "-t", "a/+", "--reason", "rejected", "--session", "s1", "--resolved");

        assertThat(table.out().lines())
                .containsExactly(
                        "ID  SESSION  TIME                  TOPIC  REASON    COUNT  ERROR",
                        " 7  s1       2026-01-01T00:00:00Z  a/b    rejected      2  no");
        assertThat(Json.object(run("dlq", "list", "--json").out())).containsEntry("id", 7);
        assertThat(api.asked().getFirst().what())
                .isEqualTo("GET /api/v1/dead-letters?topic=a%2F%2B&session=s1&reason=rejected&resolved=true&limit=100");
    }

    @Test
    void aDeadLetterIsShownWhole() {
        api.on("GET /api/v1/dead-letters/7", 200, LETTER);

        assertThat(run("dlq", "show", "7").out()).contains("\"idempotencyKey\" : \"k\"");
        assertThat(Json.object(run("dlq", "show", "7", "--json").out())).containsEntry("sequence", 3);
    }

    @Test
    void redriveSendsIdsOrAQueryAndEndsWithTheLastLine() {
        api.on(
                "POST /api/v1/dead-letters/redrive",
                200,
                "{\"redriven\":1,\"done\":false}\n{\"redriven\":2,\"done\":true}\n");

        Shell byId = run("dlq", "redrive", "7", "8", "--to", "other", "--rate", "5", "--json");
        Shell byQuery = run("dlq", "redrive", "--reason", "expired");

        assertThat(byId.exitCode()).as(byId.err()).isZero();
        assertThat(byId.out()).isEqualTo("{\"redriven\":2,\"done\":true}\n");
        assertThat(byQuery.exitCode()).isZero();
        assertThat(Json.object(api.asked().get(0).body()))
                .isEqualTo(Map.of("ids", List.of(7, 8), "target", "other", "rate", 5));
        assertThat(Json.object(api.asked().get(1).body()))
                .isEqualTo(Map.of("query", Map.of("reason", "expired"), "rate", 0));
    }

    @Test
    void aRedriveThatWasRefusedHalfwayEndsWithOne() {
        api.on(
                "POST /api/v1/dead-letters/redrive",
                200,
                "{\"redriven\":1,\"done\":true,\"problem\":{\"detail\":\"the queue is full\"}}\n");

        Shell shell = run("dlq", "redrive", "--all");

        assertThat(shell.exitCode()).isEqualTo(1);
        assertThat(shell.out()).contains("the queue is full");
    }

    @Test
    void replaceSendsTheEditedMessageWithoutTheNamesThatWouldMakeItADuplicate() {
        api.on("GET /api/v1/dead-letters/7", 200, LETTER);
        api.on("POST /api/v1/dead-letters/7/replace", 200, "{\"replaced\":7}");

        Shell shell = run("dlq", "replace", "7", "-m", "mended", "-t", "a/c", "--json");

        assertThat(shell.out()).isEqualTo("{\"replaced\":7}\n");
        assertThat(Json.object(api.asked().getLast().body()))
                .isEqualTo(Map.of("topic", "a/c", "payload", "mended", "qos", 1, "retain", false));
    }

    @Test
    void purgeSaysWhich() {
        api.on("DELETE /api/v1/dead-letters", 200, "{\"purged\":3}");

        assertThat(run("dlq", "purge", "1", "2").exitCode()).isZero();
        assertThat(run("dlq", "purge", "--all", "--json").out()).isEqualTo("{\"purged\":3}\n");
        assertThat(api.asked().get(0).what()).isEqualTo("DELETE /api/v1/dead-letters?ids=1%2C2");
        assertThat(api.asked().get(1).what()).isEqualTo("DELETE /api/v1/dead-letters?resolved=true&all=true");
    }

    @Test
    void figuresAreNamesAndValues() {
        api.on("GET /api/v1/stats", 200, "{\"sessions\":2,\"storageBytes\":1024}");

        assertThat(run("stats").out().lines()).containsExactly("sessions      2", "storageBytes  1024");
        assertThat(run("stats", "--json").out()).isEqualTo("{\"sessions\":2,\"storageBytes\":1024}\n");
    }

    @Test
    void aLedgerThatDoesNotBalanceEndsWithOne() {
        String line = "{\"name\":\"s\",\"published\":0,\"offered\":2,\"delivered\":1,\"pending\":0,\"expired\":0,"
                + "\"dropped\":{\"queue-full\":1},\"dead\":0}";
        api.on("GET /api/v1/ledger", 200, "{\"sessions\":[" + line + "],\"topics\":[],\"mismatches\":[]}");
        Shell balanced = run("ledger");
        api.on("GET /api/v1/ledger", 200, "{\"sessions\":[],\"topics\":[],\"mismatches\":[" + line + "]}");

        assertThat(balanced.exitCode()).isZero();
        assertThat(balanced.out()).contains("queue-full=1");
        assertThat(run("ledger", "--json").exitCode()).isEqualTo(1);
    }

    @Test
    void clientsAreListedAndRemovedByName() {
        api.on(
                "GET /api/v1/clients",
                200,
                "{\"total\":1,\"clients\":[{\"name\":\"a b\",\"state\":\"ONLINE\",\"queuedMessages\":4,"
                        + "\"subscriptions\":[\"x/#\",\"y\"]}]}");
        api.on("DELETE /api/v1/clients/a%20b", 200, "{\"removed\":\"a b\"}");

        assertThat(run("clients").out()).contains("NAME", "QUEUED MESSAGES", "ONLINE", "x/#, y");
        assertThat(Json.object(run("clients", "--json").out())).containsEntry("name", "a b");
        assertThat(run("clients", "--remove", "a b", "--json").out()).isEqualTo("{\"removed\":\"a b\"}\n");
    }

    @Test
    void topicsAreListed() {
        api.on("GET /api/v1/topics", 200, "{\"topics\":[{\"topic\":\"a\",\"historySize\":3,\"retained\":true}]}");

        assertThat(run("topics", "a/#").out()).contains("HISTORY SIZE", "true");
        assertThat(Json.object(run("topics", "--json").out())).containsEntry("topic", "a");
    }

    @Test
    void topShowsRatesOfOneInterval() {
        api.on("GET /api/v1/stats", 200, "{\"published\":10,\"delivered\":10,\"queued\":5,\"sessions\":1}");
        api.on("GET /api/v1/clients", 200, "{\"clients\":[{\"name\":\"s1\",\"state\":\"ONLINE\",\"delivered\":10}]}");

        Shell table = run("top", "--once", "--interval", "0.1");
        Shell json = run("top", "--once", "--interval", "0.1", "--json");

        assertThat(table.exitCode()).as(table.err()).isZero();
        assertThat(table.out()).contains("PUBLISHED PER SECOND", "QUEUED", "s1").doesNotContain("\u001b");
        assertThat(Json.object(json.out()))
                .containsEntry("publishedPerSecond", 0)
                .containsEntry("queued", 5)
                .containsKey("clients");
    }

    @Test
    void healthEndsWithOneWhenTheServerIsNotReady() {
        api.on("GET /health/ready", 200, "{\"status\":\"up\"}");
        assertThat(run("health").exitCode()).isZero();
        assertThat(run("health", "--json").out()).isEqualTo("{\"status\":\"up\"}\n");

        api.on("GET /health/ready", 503, "{\"status\":\"down\",\"detail\":\"the disk is full\"}");
        Shell down = run("health");

        assertThat(down.exitCode()).isEqualTo(1);
        assertThat(down.out()).contains("the disk is full");
    }

    @Test
    void aProblemIsShownWithCodeAndRemedy() {
        api.on(
                "GET /api/v1/dead-letters/9",
                404,
                "{\"status\":404,\"title\":\"t\",\"detail\":\"no dead letter has the id 9\","
                        + "\"code\":\"dead-letter-not-found\",\"remedy\":\"list them\"}");

        Shell shell = run("dlq", "show", "9");

        assertThat(shell.exitCode()).isEqualTo(1);
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).isEqualTo("error: no dead letter has the id 9 (dead-letter-not-found) - list them\n");
    }

    @Test
    void whatIsNotPermittedEndsWith77() {
        api.on("GET /api/v1/stats", 401, "{\"detail\":\"who are you\"}");
        assertThat(run("stats").exitCode()).isEqualTo(77);
        api.on("GET /api/v1/stats", 403, "{\"detail\":\"not you\"}");
        assertThat(run("stats", "--user", "alice:secret").exitCode()).isEqualTo(77);

        assertThat(api.asked().get(0).authorization()).isNull();
        assertThat(api.asked().get(1).authorization()).isEqualTo("Basic YWxpY2U6c2VjcmV0");
    }

    @Test
    void aServerThatIsNotThereOrNotOursEndsWith69() {
        api.on("GET /api/v1/stats", 503, "");
        assertThat(run("stats").exitCode()).isEqualTo(69);
        api.on("GET /api/v1/stats", 200, "<html>");
        Shell other = run("stats");
        assertThat(other.exitCode()).isEqualTo(69);
        assertThat(other.err()).contains("no Signalbox server").contains(api.url());
        api.close();

        Shell gone = run("stats");

        assertThat(gone.exitCode()).isEqualTo(69);
        assertThat(gone.err()).contains("no server answers").contains("signalbox server");
    }

    @Test
    void aUserInTheUrlIsTheOneWhoAsksUnlessAnOptionSaysWho() {
        api.on("GET /proxied/api/v1/stats", 200, "{}");
        String url = api.url().replace("http://", "http://bob:b@") + "/proxied/";

        assertThat(Shell.run("stats", "--http", url).exitCode()).isZero();
        assertThat(Shell.run("stats", "--http", url, "-u", "alice:secret").exitCode())
                .isZero();

        assertThat(api.asked().get(0).authorization()).isEqualTo("Basic Ym9iOmI=");
        assertThat(api.asked().get(1).authorization()).isEqualTo("Basic YWxpY2U6c2VjcmV0");
    }

    @Test
    void aUrlThatIsNoneIsAUsageError() {
        Shell none = Shell.run("stats", "--http", "ftp://h");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("it must be http://HOST:PORT");
    }

    @Test
    void controlCharactersOfStrangersDoNotReachTheTerminal() {
        api.on("GET /api/v1/topics", 200, "{\"topics\":[{\"topic\":\"a\\u001b[2Jb\"}]}");

        assertThat(run("topics").out()).doesNotContain("\u001b");
    }
}
