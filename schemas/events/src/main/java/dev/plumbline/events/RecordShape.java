/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
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

  /** Those of the schema that was asked for last, which is nearly always the same. */
  private volatile @Nullable Fields fields;

  private record Fields(Schema schema, List<Schema.Field> ofComponents) {}

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

  /** Returns the fields of a schema, each in the place of the component that it is named like. */
  List<Schema.Field> fields(Schema schema) {
    Fields known = fields;
    if (known == null || !known.schema().equals(schema)) {
      known = new Fields(schema, components.stream().map(each -> field(schema, each)).toList());
      fields = known;
    }
    return known.ofComponents();
  }

  private static Schema.Field field(Schema schema, Component component) {
    Schema.Field field = schema.getField(component.name());
    if (field == null) {
      throw new IllegalStateException(
          "the schema of %s has no field %s".formatted(schema.getName(), component.name()));
    }
    return field;
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
