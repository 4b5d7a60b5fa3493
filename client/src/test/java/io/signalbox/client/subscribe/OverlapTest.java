package io.signalbox.client.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.topic.TopicFilter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverlapTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
                    a,     a,     true
                    a,     b,     false
                    a,     a/b,   false
                    a/+,   +/b,   true
                    a/+,   a,     false
                    a/+,   b/+,   false
                    a/#,   a,     true
                    a/#,   a/b/c, true
                    a/#,   +/+,   true
                    a/#,   b/#,   false
                    #,     a/b,   true
                    #,     $a,    false
                    +/b,   $a/b,  false
                    $a/#,  $a/+,  true
                    a/b/#, a/b,   true
                    a/b/#, a,     false
                    """)
    void twoFiltersOverlapWhenATopicMatchesBoth(String one, String other, boolean overlap) {
        assertThat(Overlap.between(TopicFilter.ofMqtt(one), TopicFilter.ofMqtt(other)))
                .isEqualTo(overlap);
        assertThat(Overlap.between(TopicFilter.ofMqtt(other), TopicFilter.ofMqtt(one)))
                .isEqualTo(overlap);
    }
}
