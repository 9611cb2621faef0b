/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The components of a record class in order, with fast access; derived once per class. */
final class RecordShape {
  private static final ClassValue<RecordShape> SHAPES =
      new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
          return new RecordShape(type);
        }
      };

  private final Bytes canonicalName;
  private final List<Component> components = new ArrayList<>();
  private final Map<String, Component> byName = new HashMap<>();
  private final MethodHandle constructor;

  /**
   * A component of a record.
   *
   * @param isAddedLater whether it is marked {@link AddedLater}
   * @param canonicalName its name as it stands in an {@link Identity}
   */
  record Component(
      String name, Type type, boolean isAddedLater, Bytes canonicalName, MethodHandle accessor) {
    @Nullable Object value(Record record) {
      try {
        return accessor.invokeExact((Object) record);
      } catch (Throwable e) {
        throw new IllegalStateException("cannot read " + name + " of " + record.getClass(), e);
      }
    }
  }

  private RecordShape(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    if (components == null) {
      throw new IllegalArgumentException(type + " is not a record");
    }
    canonicalName = Identity.canonical(type.getSimpleName());
    var lookup = MethodHandles.lookup();
    try {
      for (RecordComponent component : components) {
        var found =
            new Component(
                component.getName(),
                component.getGenericType(),
                component.isAnnotationPresent(AddedLater.class),
                Identity.canonical(component.getName()),
                lookup
                    .unreflect(component.getAccessor())
                    .asType(MethodType.methodType(Object.class, Object.class)));
        this.components.add(found);
        byName.put(found.name(), found);
      }
      Class<?>[] parameters =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      constructor =
          lookup
              .unreflectConstructor(type.getDeclaredConstructor(parameters))
              .asSpreader(Object[].class, parameters.length)
              .asType(MethodType.methodType(Object.class, Object[].class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read the components of " + type, e);
    }
  }

  static RecordShape of(Class<?> type) {
    return SHAPES.get(type);
  }

  /** The class's simple name as it stands in an {@link Identity}. */
  Bytes canonicalName() {
    return canonicalName;
  }

  /** The components, in order. */
  List<Component> components() {
    return components;
  }

  @Nullable Object value(Record record, String component) {
    return byName.get(component).value(record);
  }

  /** Calls the canonical constructor; what it refuses comes through as it threw it. */
  Object create(@Nullable Object[] values) {
    try {
      return constructor.invokeExact(values);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a canonical constructor failed", e);
    }
  }
}
