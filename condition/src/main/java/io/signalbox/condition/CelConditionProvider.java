package io.signalbox.condition;

import io.signalbox.transport.provider.ConditionProvider;
import io.signalbox.transport.provider.MessageCondition;

/** Conditions in CEL. */
public final class CelConditionProvider implements ConditionProvider {
    @Override
    public MessageCondition compile(String expression) {
        return CelCondition.compile(expression);
    }
}
