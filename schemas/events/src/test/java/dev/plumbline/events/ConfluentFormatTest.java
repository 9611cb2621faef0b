/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfluentFormatTest {
  private static final String FEEDBACK = Topics.FEEDBACK.name();
  private static final Tick TICK = new Tick(Instant.parse("2026-01-02T03:04:05.678Z"));
  private static final byte[] TICK_BYTES = Topics.FEEDBACK.value().encode(TICK);
  private static final String TICK_SCHEMA =
      SchemaCatalogue.instance().current(Tick.class).toString();

  private final Registry registry = new Registry();
  private final ConfluentFormat format = new ConfluentFormat(registry);

  @Test
  void shouldBringEveryRecordThereAndBack() {
    for (Record record : Samples.all()) {
      byte[] plain = codec(record).encode(record);
      byte[] travelling = format.outgoing(FEEDBACK, plain);

      assertThat(travelling).startsWith(0, 0, 0, 0).hasSize(plain.length - 5);
      assertThat(format.incoming(FEEDBACK, travelling)).as("%s", record).isEqualTo(plain);
    }
  }

  @Test
  void shouldRegisterEachSchemaOnceUnderTopicAndRecordName() {
    format.outgoing(FEEDBACK, TICK_BYTES);
    format.outgoing(FEEDBACK, TICK_BYTES);
    format.outgoing("prompts", TICK_BYTES);

    assertThat(registry.subjects)
        .containsExactly("feedback-dev.plumbline.events.Tick", "prompts-dev.plumbline.events.Tick");
  }

  @Test
  void shouldAskForAnUnknownNumberOnce() {
    int id = registry.add(TICK_SCHEMA);

    for (int i = 0; i < 3; i++) {
      assertThat(read(id, body(TICK_BYTES))).isEqualTo(TICK);
    }
    assertThat(registry.asked).containsExactly(id);
  }

  @Test
  void shouldTakeSingleObjectEncodingAsItIs() {
    assertThat(format.incoming(FEEDBACK, TICK_BYTES)).isSameAs(TICK_BYTES);
    assertThat(registry.asked).isEmpty();
  }

  @Test
  void shouldLeaveOtherTopicsAlone() {
    byte[] changelog = {0, 0, 0, 0, 7, 1};

    assertThat(format.outgoing("preferences-votes-changelog", TICK_BYTES)).isSameAs(TICK_BYTES);
    assertThat(format.incoming("preferences-votes-changelog", changelog)).isSameAs(changelog);
    assertThat(registry.asked).isEmpty();
  }

  @Test
  void shouldLeaveBytesThatAreNoRecordToTheCodec() {
    for (byte[] bytes : List.of(new byte[0], new byte[] {0, 0, 0, 1}, new byte[] {'{', '}'})) {
      assertThat(format.incoming(FEEDBACK, bytes)).isSameAs(bytes);
      assertThat(format.outgoing(FEEDBACK, bytes)).isSameAs(bytes);
    }
  }

  @Test
  void shouldSayWhatIsMissingWhereARecordArrivesWithoutARegistry() {
    byte[] travelling = format.outgoing(FEEDBACK, TICK_BYTES);

    assertThatThrownBy(() -> Topics.FEEDBACK.value().decode(travelling))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("kafka.schema_registry is not set");
  }

  @Test
  void shouldReadWhatAnOlderSchemaWrote() {
    String line = SchemaCatalogue.resource("golden-wire-before-parked.txt").strip();
    byte[] older = HexFormat.of().parseHex(line.split(" ")[1]);
    int id =
        registry.add(
            SchemaCatalogue.instance()
                .written(SingleObject.fingerprint(older))
                .orElseThrow()
                .schema()
                .toString());

    byte[] incoming = format.incoming("policy-versions", framed(id, body(older)));

    assertThat(Topics.POLICY_VERSIONS.value().decode(incoming))
        .isEqualTo(Topics.POLICY_VERSIONS.value().decode(older));
    assertThat(format.outgoing("policy-versions", older)).isSameAs(older);
  }

  @Test
  void shouldReadACompatibleSchemaThatNoHistoryHas() {
    int id =
        registry.add(
            TICK_SCHEMA.replace(
                "\"fields\":[", "\"fields\":[{\"name\":\"host\",\"type\":\"string\"},"));
    byte[] body =
        ByteBuffer.allocate(100)
            .put((byte) 4)
            .put("ab".getBytes(StandardCharsets.UTF_8))
            .put(body(TICK_BYTES))
            .array();

    assertThat(read(id, Arrays.copyOf(body, 3 + body(TICK_BYTES).length))).isEqualTo(TICK);
  }

  @Test
  void shouldLeaveADamagedBodyToTheCodec() {
    int known = registry.add(TICK_SCHEMA);
    int compatible =
        registry.add(
            TICK_SCHEMA.replace(
                "\"fields\":[", "\"fields\":[{\"name\":\"host\",\"type\":\"string\"},"));

    for (int id : List.of(known, compatible)) {
      assertThatThrownBy(() -> read(id, new byte[] {(byte) 0xff}))
          .isInstanceOf(UndecodableException.class);
      assertThatThrownBy(() -> read(id, new byte[] {4, 'a', 'b', 2, 2}))
          .isInstanceOf(UndecodableException.class);
    }
  }

  @Test
  void shouldStopAtASchemaThatTheRegistryDoesNotHave() {
    assertThatThrownBy(() -> read(41, body(TICK_BYTES)))
        .isInstanceOf(UnknownSchemaException.class)
        .hasMessage("no schema 41");
  }

  @Test
  void shouldStopAtSchemasThatTodaysCannotRead() {
    String foreign =
        "{\"type\":\"record\",\"name\":\"Order\",\"namespace\":\"shop\",\"fields\":[]}";
    String renamed = TICK_SCHEMA.replace("acceptedAt", "seenAt");
    String otherUnit = TICK_SCHEMA.replace("timestamp-micros", "timestamp-millis");

    assertRefused(foreign, "is of shop.Order, which is no record of this version");
    assertRefused(renamed, "READER_FIELD_MISSING_DEFAULT_VALUE", "acceptedAt");
    assertRefused(
        otherUnit, "Tick.acceptedAt: logical type timestamp-millis became timestamp-micros");
    assertRefused("{\"type\":\"rec", "is no Avro schema");
  }

  private void assertRefused(String schema, String... parts) {
    int id = registry.add(schema);
    assertThatThrownBy(() -> read(id, body(TICK_BYTES)))
        .isInstanceOf(UnknownSchemaException.class)
        .hasMessageContaining("schema %d of the registry".formatted(id))
        .hasMessageContainingAll(parts);
  }

  @Test
  void shouldKeepNothingOfARefusal() {
    registry.down = true;
    assertThatThrownBy(() -> format.outgoing(FEEDBACK, TICK_BYTES)).hasMessage("down");

    registry.down = false;
    assertThat(
            read(
                ByteBuffer.wrap(format.outgoing(FEEDBACK, TICK_BYTES)).getInt(1), body(TICK_BYTES)))
        .isEqualTo(TICK);
  }

  @Test
  void shouldGoOnWithKnownSchemasWhileTheRegistryIsDown() {
    byte[] before = format.outgoing(FEEDBACK, TICK_BYTES);
    format.incoming(FEEDBACK, before);
    registry.down = true;

    assertThat(format.outgoing(FEEDBACK, TICK_BYTES)).isEqualTo(before);
    assertThat(format.incoming(FEEDBACK, before)).isEqualTo(TICK_BYTES);
  }

  private FeedbackRecord read(int id, byte[] body) {
    return Topics.FEEDBACK.value().decode(format.incoming(FEEDBACK, framed(id, body)));
  }

  private static byte[] framed(int id, byte[] body) {
    return ByteBuffer.allocate(5 + body.length).put((byte) 0).putInt(id).put(body).array();
  }

  private static byte[] body(byte[] singleObject) {
    return Arrays.copyOfRange(singleObject, SingleObject.HEADER_BYTES, singleObject.length);
  }

  @SuppressWarnings("unchecked")
  private static Codec<Record> codec(Record record) {
    return (Codec<Record>) (Codec<?>) EventCodec.of(record.getClass());
  }

  /** A registry in memory. */
  private static final class Registry implements SchemaRegistry {
    private final List<String> schemas = new ArrayList<>();
    private final List<String> subjects = new ArrayList<>();
    private final List<Integer> asked = new ArrayList<>();
    private boolean down;

    private int add(String schema) {
      if (!schemas.contains(schema)) {
        schemas.add(schema);
      }
      return schemas.indexOf(schema) + 1;
    }

    @Override
    public int register(String subject, String schema) {
      requireUp();
      subjects.add(subject);
      return add(schema);
    }

    @Override
    public String schema(int id) {
      requireUp();
      asked.add(id);
      if (id > schemas.size()) {
        throw new UnknownSchemaException("no schema " + id);
      }
      return schemas.get(id - 1);
    }

    private void requireUp() {
      if (down) {
        throw new IllegalStateException("down");
      }
    }
  }
}
