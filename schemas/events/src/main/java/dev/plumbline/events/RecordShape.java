/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  private final List<String> names = new ArrayList<>();
  private final Set<String> addedLater = new HashSet<>();
  private final Map<String, MethodHandle> accessors = new LinkedHashMap<>();
  private final Map<String, Type> types = new LinkedHashMap<>();
  private final MethodHandle constructor;

  private RecordShape(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    if (components == null) {
      throw new IllegalArgumentException(type + " is not a record");
    }
    var lookup = MethodHandles.lookup();
    try {
      for (RecordComponent component : components) {
        names.add(component.getName());
        if (component.isAnnotationPresent(AddedLater.class)) {
          addedLater.add(component.getName());
        }
        accessors.put(
            component.getName(),
            lookup
                .unreflect(component.getAccessor())
                .asType(MethodType.methodType(Object.class, Object.class)));
        types.put(component.getName(), component.getGenericType());
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

  /** The names of the components, in order. */
  List<String> names() {
    return names;
  }

  /** Whether a component is marked {@link AddedLater}. */
  boolean isAddedLater(String component) {
    return addedLater.contains(component);
  }

  Map<String, Type> types() {
    return types;
  }

  @Nullable Object value(Record record, String component) {
    try {
      return accessors.get(component).invokeExact((Object) record);
    } catch (Throwable e) {
      throw new IllegalStateException("cannot read " + component + " of " + record.getClass(), e);
    }
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
