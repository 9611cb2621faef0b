/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Derives the Avro form of a record from its components: a component is the field of the same name,
 * a sealed interface is the union of the records it permits, an absent value is {@code null}.
 * Instants are microseconds since the epoch, durations are milliseconds.
 */
final class AvroMapping {
  /** The records that a sealed interface permits, by name. */
  private static final ClassValue<Map<String, Class<?>>> PERMITTED =
      new ClassValue<>() {
        @Override
        protected Map<String, Class<?>> computeValue(Class<?> target) {
          return Arrays.stream(target.getPermittedSubclasses())
              .collect(Collectors.toUnmodifiableMap(Class::getSimpleName, Function.identity()));
        }
      };

  private AvroMapping() {}

  static GenericRecord toAvro(Record value, Schema schema) {
    var result = new GenericData.Record(schema);
    RecordShape shape = RecordShape.of(value.getClass());
    List<Schema.Field> fields = shape.fields(schema);
    for (int i = 0; i < fields.size(); i++) {
      Schema.Field field = fields.get(i);
      Object component = shape.components().get(i).value(value);
      result.put(field.pos(), toDatum(component, field.schema()));
    }
    return result;
  }

  private static @Nullable Object toDatum(@Nullable Object value, Schema schema) {
    return switch (value) {
      case null -> null;
      case Instant instant -> ChronoUnit.MICROS.between(Instant.EPOCH, instant);
      case Duration duration -> duration.toMillis();
      case Bytes bytes -> bytes.asReadOnlyBuffer();
      case PolicyVersionId id -> id.toString();
      case Enum<?> constant -> new GenericData.EnumSymbol(branch(schema, constant), constant);
      case Record record -> toAvro(record, branch(schema, record));
      case List<?> list -> {
        Schema element = schema.getElementType();
        List<@Nullable Object> data = new ArrayList<>(list.size());
        for (Object item : list) {
          data.add(toDatum(item, element));
        }
        yield data;
      }
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        map.forEach((key, item) -> data.put((String) key, toDatum(item, schema.getValueType())));
        yield data;
      }
      default -> value;
    };
  }

  /** Returns the branch of a union (or the schema itself) that is named like the value's class. */
  private static Schema branch(Schema schema, Object value) {
    if (schema.getType() != Schema.Type.UNION) {
      return schema;
    }
    String name =
        value instanceof Enum<?> constant
            ? constant.getDeclaringClass().getSimpleName()
            : value.getClass().getSimpleName();
    for (Schema branch : schema.getTypes()) {
      if (branch.getType() != Schema.Type.NULL && branch.getName().equals(name)) {
        return branch;
      }
    }
    throw new IllegalStateException("the schema has no branch for " + name + ": " + schema);
  }

  static Object fromAvro(IndexedRecord avro, Class<?> type) {
    RecordShape shape = RecordShape.of(type);
    List<RecordShape.Component> components = shape.components();
    List<Schema.Field> fields = shape.fields(avro.getSchema());
    @Nullable Object[] values = new Object[components.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = fromDatum(avro.get(fields.get(i).pos()), components.get(i).type());
    }
    return shape.create(values);
  }

  private static @Nullable Object fromDatum(@Nullable Object datum, Type type) {
    if (datum == null) {
      return null;
    }
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (datum instanceof List<?> list) {
        List<@Nullable Object> items = new ArrayList<>(list.size());
        for (Object item : list) {
          items.add(fromDatum(item, arguments[0]));
        }
        return items;
      }
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      ((Map<?, ?>) datum)
          .forEach((key, item) -> map.put(key.toString(), fromDatum(item, arguments[1])));
      return map;
    }
    Class<?> target = (Class<?>) type;
    if (target == String.class) {
      return datum.toString();
    } else if (target == Instant.class) {
      return Instant.EPOCH.plus((Long) datum, ChronoUnit.MICROS);
    } else if (target == Duration.class) {
      return Duration.ofMillis((Long) datum);
    } else if (target == Bytes.class) {
      return Bytes.of((ByteBuffer) datum);
    } else if (target == PolicyVersionId.class) {
      return PolicyVersionId.parse(datum.toString());
    } else if (target.isEnum()) {
      return constant(target, datum.toString());
    } else if (datum instanceof IndexedRecord nested) {
      return fromAvro(nested, recordClass(target, nested.getSchema().getName()));
    }
    return datum;
  }

  private static Object constant(Class<?> target, String name) {
    for (Object constant : target.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(target.getSimpleName() + " has no constant " + name);
  }

  private static Class<?> recordClass(Class<?> target, String name) {
    if (target.isRecord()) {
      return target;
    }
    Class<?> permitted = PERMITTED.get(target).get(name);
    if (permitted == null) {
      throw new IllegalArgumentException(target.getSimpleName() + " permits no " + name);
    }
    return permitted;
  }
}
