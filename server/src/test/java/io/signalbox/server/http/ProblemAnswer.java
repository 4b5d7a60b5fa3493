package io.signalbox.server.http;

import static io.signalbox.server.TestServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;

/** How a refusal must look like, whatever its reason (RFC 9457). */
final class ProblemAnswer {
    private ProblemAnswer() {}

    static void assertProblem(HttpResponse<String> response, int status, String code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
        JsonNode problem = json(response);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("code").asString()).isEqualTo(code);
        assertThat(problem.get("type").asString()).isEqualTo("urn:signalbox:problem:" + code);
        assertThat(problem.get("detail").asString()).isNotEmpty();
    }
}
