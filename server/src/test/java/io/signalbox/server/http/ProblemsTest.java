package io.signalbox.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.error.ReasonCode;
import io.signalbox.error.SignalboxException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ProblemsTest {
    @ParameterizedTest
    @EnumSource(ReasonCode.class)
    void everyReasonOfTheCatalogueIsAProblemWithItsCodeAndRemedy(ReasonCode reason) {
        Response.Whole response =
                Problems.of(new CompletionException(new SignalboxException(reason, "the value 7 is over the limit 6")));
        assertThat(response.status()).isBetween(400, 599);
        var problem = Json.read(response.body());
        assertThat(problem.get("code").asString()).isEqualTo(reason.code());
        assertThat(problem.get("title").asString()).isEqualTo(reason.cause());
        assertThat(problem.get("remedy").asString()).isEqualTo(reason.remedy());
        assertThat(problem.get("detail").asString()).isEqualTo("the value 7 is over the limit 6");
    }
}
