package io.signalbox.testkit.bus;

import io.signalbox.bus.message.CommandResult;
import io.signalbox.bus.message.Envelope;
import io.signalbox.bus.middleware.CommandCall;
import io.signalbox.bus.middleware.CommandChain;
import io.signalbox.bus.middleware.CommandMiddleware;
import io.signalbox.bus.middleware.EventCall;
import io.signalbox.bus.middleware.EventChain;
import io.signalbox.bus.middleware.EventMiddleware;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Next to the handler, innermost of the chain: writes each call down, and makes it fail when it is to. */
final class Calls implements CommandMiddleware<Object>, EventMiddleware<Object> {
    private final Recording recording;
    private final Faults faults;
    private final RandomGenerator chance;
    /** Classes whose next call is to fail, once for each time a class is in it. */
    private final List<Class<?>> toFail = new ArrayList<>();

    private enum Fault {
        NONE,
        BEFORE,
        AFTER
    }

    Calls(Recording recording, Faults faults, RandomGenerator chance) {
        this.recording = recording;
        this.faults = faults;
        this.chance = chance;
    }

    void failNext(Class<?> type, int calls) {
        for (int i = 0; i < calls; i++) {
            toFail.add(type);
        }
    }

    @Override
    public CommandResult<?> around(CommandCall<Object> call, CommandChain<Object> next) throws Exception {
        Fault fault = begin(call.envelope(), call.handler().name());
        try {
            if (fault == Fault.BEFORE) {
                throw new InjectedFaultException(false);
            }
            CommandResult<?> result = next.proceed(call);
            if (fault == Fault.AFTER) {
                throw new InjectedFaultException(true);
            }
            return result;
        } catch (Throwable error) {
            recording.failed(call.envelope(), call.handler().name(), error);
            throw error;
        }
    }

    @Override
    public void around(EventCall<Object> call, EventChain<Object> next) throws Exception {
        Fault fault = begin(call.envelope(), call.handler().name());
        try {
            if (fault == Fault.BEFORE) {
                throw new InjectedFaultException(false);
            }
            next.proceed(call);
            if (fault == Fault.AFTER) {
                throw new InjectedFaultException(true);
            }
        } catch (Throwable error) {
            recording.failed(call.envelope(), call.handler().name(), error);
            throw error;
        }
    }

    private Fault begin(Envelope<?> envelope, String handler) {
        recording.called(envelope, handler);
        for (int i = 0; i < toFail.size(); i++) {
            if (toFail.get(i).isInstance(envelope.message())) {
                toFail.remove(i);
                return Fault.BEFORE;
            }
        }
        if (faults.failing() > 0 && faults.of().test(envelope.message()) && chance.nextDouble() < faults.failing()) {
            return chance.nextBoolean() ? Fault.AFTER : Fault.BEFORE;
        }
        return Fault.NONE;
    }
}
