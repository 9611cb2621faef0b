/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.chat;

/** Decodes the escapes of a string literal as Python does. */
final class StringLiteral {
  private final String written;
  private final StringBuilder text = new StringBuilder();
  private int position;

  private StringLiteral(String written) {
    this.written = written;
  }

  /**
   * @param written what stands between the quotes
   * @throws Failure when an escape is cut off or names no character
   */
  static String decode(String written) {
    StringLiteral literal = new StringLiteral(written);
    while (literal.position < written.length()) {
      literal.next();
    }
    return literal.text.toString();
  }

  private void next() {
    char c = written.charAt(position++);
    if (c != '\\') {
      text.append(c);
      return;
    }
    int escaped = written.codePointAt(position);
    position += Character.charCount(escaped);
    switch (escaped) {
      case '\n' -> {}
      case '\\', '\'', '"' -> text.appendCodePoint(escaped);
      case 'a' -> text.append('\u0007');
      case 'b' -> text.append('\b');
      case 'f' -> text.append('\f');
      case 'n' -> text.append('\n');
      case 'r' -> text.append('\r');
      case 't' -> text.append('\t');
      case 'v' -> text.append('\u000B');
      case 'x' -> hexadecimal('x', 2);
      case 'u' -> hexadecimal('u', 4);
      case 'U' -> hexadecimal('U', 8);
      case 'N' -> named();
      case '0', '1', '2', '3', '4', '5', '6', '7' -> octal();
      default -> unknown(escaped);
    }
  }

  private void hexadecimal(char kind, int digits) {
    int end = position + digits;
    if (end > written.length()
        || !written.substring(position, end).chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
      throw new Failure("truncated \\%s escape in a string".formatted(kind));
    }
    long code = Long.parseLong(written.substring(position, end), 16);
    if (code > Character.MAX_CODE_POINT) {
      throw new Failure("illegal Unicode character in a string: %x".formatted(code));
    }
    text.appendCodePoint((int) code);
    position = end;
  }

  private void named() {
    int end = written.indexOf('}', position);
    if (!written.startsWith("{", position) || end < 0) {
      throw new Failure("malformed \\N character escape in a string");
    }
    String name = written.substring(position + 1, end);
    try {
      text.appendCodePoint(Character.codePointOf(name));
    } catch (IllegalArgumentException e) {
      throw new Failure("unknown Unicode character name '%s' in a string".formatted(name));
    }
    position = end + 1;
  }

  private void octal() {
    int start = position - 1;
    while (position < written.length()
        && position < start + 3
        && Character.digit(written.charAt(position), 8) >= 0) {
      position++;
    }
    text.append((char) Integer.parseInt(written.substring(start, position), 8));
  }

  // Python keeps the backslash; jinja2 has written a character beyond ASCII as its own escape by
  // then, whose backslash the first one eats.
  private void unknown(int escaped) {
    text.append('\\');
    if (escaped < 0x80) {
      text.appendCodePoint(escaped);
    } else if (escaped < 0x100) {
      text.append("x%02x".formatted(escaped));
    } else {
      text.append((escaped < 0x10000 ? "u%04x" : "U%08x").formatted(escaped));
    }
  }
}
