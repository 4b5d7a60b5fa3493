package io.signalbox.bus.annotated;

import io.signalbox.bus.filter.Filter;
import java.lang.invoke.LambdaConversionException;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;

/**
 * What javac does for a method reference, done at run time: a class generated for each method (not for each object, or
 * a million sessions would mean a million classes), whose instances call it.
 */
final class Lambdas {
    private Lambdas() {}

    /** A handle from the object that has the method to an instance of the interface. */
    static MethodHandle factory(
            Method method, Class<?> functional, String name, Class<?> erasedParameter, boolean answers) {
        try {
            Class<?> owner = method.getDeclaringClass();
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(owner, MethodHandles.lookup());
            MethodHandle target = lookup.unreflect(method);
            MethodType erased = MethodType.methodType(answers ? Object.class : void.class, erasedParameter);
            Class<?> parameter = method.getParameterTypes()[0];
            MethodType actual = MethodType.methodType(answers ? method.getReturnType() : void.class, parameter)
                    .wrap();
            if (!answers) {
                actual = actual.changeReturnType(void.class);
            }
            return LambdaMetafactory.metafactory(
                            lookup, name, MethodType.methodType(functional, owner), erased, target, actual)
                    .getTarget();
        } catch (IllegalAccessException | LambdaConversionException e) {
            throw new IllegalArgumentException(
                    method + " cannot be called: " + e.getMessage()
                            + "; if its module is named, open the package to io.signalbox.bus",
                    e);
        }
    }

    static Object make(MethodHandle factory, Object target) {
        try {
            return factory.invoke(target);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    static Filter newInstance(Method method, Class<? extends Filter> type) {
        try {
            var constructor = type.getDeclaredConstructor();
            return (Filter) MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                    .unreflectConstructor(constructor)
                    .invoke();
        } catch (Throwable e) {
            throw new IllegalArgumentException(
                    method + " has the filter " + type.getName() + ", which has no constructor without parameters", e);
        }
    }
}
