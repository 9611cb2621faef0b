/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.lineage;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A key of the index: a table and the parts of a tuple. Texts carry their length, so that the first
 * parts of a key are a prefix of no other tuple's; numbers have their natural order.
 */
final class Key {

  /** What the index knows, each a table of its own. */
  enum Table {
    /** What the index is bound to, and how far it has read. */
    ABOUT('a'),
    /** Item, event: who said it, and when. */
    EVENT('e'),
    /** Event, item: where an event of this id was said. */
    EVENT_ITEM('i'),
    /** Annotator, item, event: what somebody said. */
    SAID('s'),
    /** Subject, item: whose text an item holds. */
    SUBJECT('t'),
    /** Feed, offset: a revision of an example. */
    REVISION('r'),
    /** Feed, example: offset of its newest revision. */
    NEWEST('n'),
    /** Item, feed, offset: revisions about an item. */
    ITEM_REVISION('x'),
    /** Item, event, feed, offset: revisions that name an event. */
    EVENT_REVISION('y'),
    /** Item, event: a retraction names it. */
    RETRACTED_EVENT('1'),
    /** Item, candidate: a retraction names it. */
    RETRACTED_CANDIDATE('2'),
    /** Annotator: a retraction names all that they contributed. */
    RETRACTED_ANNOTATOR('3'),
    /** Policy, number: the version record, and what it learned in sum. */
    VERSION('v');

    private final char letter;

    Table(char letter) {
      this.letter = letter;
    }
  }

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);

  private Key(Table table) {
    bytes.write(table.letter);
  }

  static Key of(Table table) {
    return new Key(table);
  }

  /** A key with these texts. */
  static Key of(Table table, String... texts) {
    Key key = new Key(table);
    for (String text : texts) {
      key.with(text);
    }
    return key;
  }

  Key with(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    try {
      out.writeShort(utf8.length);
      out.write(utf8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  Key with(int number) {
    try {
      out.writeInt(number);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  Key with(long number) {
    try {
      out.writeLong(number);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }

  /** The parts of a key, to be read in their order. */
  static final class Parts {
    private final ByteBuffer buffer;

    Parts(byte[] key) {
      this.buffer = ByteBuffer.wrap(key);
      buffer.get();
    }

    String text() {
      byte[] utf8 = new byte[Short.toUnsignedInt(buffer.getShort())];
      buffer.get(utf8);
      return new String(utf8, StandardCharsets.UTF_8);
    }

    int number() {
      return buffer.getInt();
    }

    long longNumber() {
      return buffer.getLong();
    }
  }
}
