package io.signalbox.gateway.amqp.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConditionTest {
    @Test
    void whatItSaysFitsInTheSmallestFrameThatAClientMayTake() {
        for (String character : new String[] {"x", "\u00e9", "\u20ac", "\ud83d\ude00"}) {
            String said = Condition.NOT_FOUND.error(character.repeat(300)).getDescription();
            assertThat(said.getBytes(StandardCharsets.UTF_8).length).isBetween(250, 300);
            assertThat(said).as("no half characters").matches("(" + character + ")+");
        }
    }
}
