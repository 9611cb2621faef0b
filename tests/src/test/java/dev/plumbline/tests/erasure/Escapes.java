/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.erasure;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import net.jpountz.lz4.LZ4FrameInputStream;

/** What bytes say when something that was done to a text is undone; nothing where nothing was. */
final class Escapes {
  private static final int MAX_UNPACKED = 64 * 1024 * 1024;
  private static final Pattern JSON =
      Pattern.compile("((?:\\\\u[0-9a-fA-F]{4})+)|\\\\([\"\\\\/bfnrt])");
  private static final Pattern PERCENT = Pattern.compile("(?:%[0-9a-fA-F]{2})+");
  private static final Pattern ENTITY =
      Pattern.compile("&#(x?)([0-9a-fA-F]{1,6});|&(amp|lt|gt|quot);");
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{16,}={0,2}");
  private static final Pattern HEX = Pattern.compile("(?:[0-9a-f]{2}){8,}|(?:[0-9A-F]{2}){8,}");

  private Escapes() {}

  /** Everything that the bytes may say besides what they say as they stand. */
  static List<byte[]> undone(byte[] bytes) {
    List<byte[]> undone = new ArrayList<>();
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    replaced(text, JSON, Escapes::json, undone);
    replaced(text, PERCENT, Escapes::percent, undone);
    replaced(text, ENTITY, Escapes::entity, undone);
    inner(text, BASE64, Escapes::base64, undone);
    inner(text, HEX, run -> List.of(HexFormat.of().parseHex(run)), undone);
    wide(bytes, undone);
    packed(bytes, undone);
    return undone;
  }

  private interface Undo {
    String of(Matcher match);
  }

  private interface Decode {
    List<byte[]> of(String run);
  }

  /** Escapes within a text: all are replaced, the rest stays. */
  private static void replaced(String text, Pattern pattern, Undo undo, List<byte[]> into) {
    Matcher matcher = pattern.matcher(text);
    if (matcher.find()) {
      String plain = matcher.replaceAll(match -> Matcher.quoteReplacement(undo.of(matcher)));
      into.add(plain.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  /** Runs of an encoding: each is decoded by itself. */
  private static void inner(String text, Pattern pattern, Decode decode, List<byte[]> into) {
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      into.addAll(decode.of(matcher.group()));
    }
  }

  private static String json(Matcher match) {
    if (match.group(1) != null) {
      // A run at once, because a character may be two code units.
      StringBuilder units = new StringBuilder();
      for (int at = 2; at < match.group(1).length(); at += 6) {
        units.append((char) Integer.parseInt(match.group(1), at, at + 4, 16));
      }
      return latin(units.toString());
    }
    return switch (match.group(2)) {
      case "b" -> "\b";
      case "f" -> "\f";
      case "n" -> "\n";
      case "r" -> "\r";
      case "t" -> "\t";
      default -> match.group(2);
    };
  }

  private static String percent(Matcher match) {
    return new String(
        HexFormat.of().parseHex(match.group().replace("%", "")), StandardCharsets.ISO_8859_1);
  }

  private static String entity(Matcher match) {
    if (match.group(3) != null) {
      return switch (match.group(3)) {
        case "amp" -> "&";
        case "lt" -> "<";
        case "gt" -> ">";
        default -> "\"";
      };
    }
    boolean isHex = !match.group(1).isEmpty();
    if (!isHex && !match.group(2).chars().allMatch(Character::isDigit)) {
      return match.group();
    }
    int point = Integer.parseInt(match.group(2), isHex ? 16 : 10);
    return Character.isValidCodePoint(point) ? latin(Character.toString(point)) : match.group();
  }

  /** A text's UTF-8 bytes, one char each, so that it can stand among other bytes. */
  private static String latin(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** Where the run began within its group of four can't be told, so all beginnings are tried. */
  private static List<byte[]> base64(String run) {
    String standard = run.replace("=", "").replace('-', '+').replace('_', '/');
    List<byte[]> decoded = new ArrayList<>();
    for (int skipped = 0; skipped < 4; skipped++) {
      String rest = standard.substring(skipped);
      int end = rest.length() % 4 == 1 ? rest.length() - 1 : rest.length();
      decoded.add(Base64.getDecoder().decode(rest.substring(0, end)));
    }
    return decoded;
  }

  /** UTF-16, at either alignment. */
  private static void wide(byte[] bytes, List<byte[]> into) {
    int zeros = 0;
    for (byte each : bytes) {
      zeros += each == 0 ? 1 : 0;
    }
    if (zeros < 8) {
      return;
    }
    for (Charset charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
      for (int from = 0; from < 2 && from < bytes.length; from++) {
        into.add(
            new String(bytes, from, bytes.length - from, charset).getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private interface Unpack {
    InputStream of(InputStream packed) throws IOException;
  }

  /** Streams of gzip, Zstandard and LZ4, wherever they begin. */
  private static void packed(byte[] bytes, List<byte[]> into) {
    for (int at = 0; at + 4 < bytes.length; at++) {
      int four =
          (bytes[at] & 0xFF) << 24
              | (bytes[at + 1] & 0xFF) << 16
              | (bytes[at + 2] & 0xFF) << 8
              | (bytes[at + 3] & 0xFF);
      if (four == 0x28B52FFD) {
        unpacked(bytes, at, ZstdInputStream::new, into);
      } else if (four == 0x04224D18) {
        unpacked(bytes, at, LZ4FrameInputStream::new, into);
      } else if (four >>> 8 == 0x1F8B08) {
        unpacked(bytes, at, GZIPInputStream::new, into);
      }
    }
  }

  private static void unpacked(byte[] bytes, int at, Unpack unpack, List<byte[]> into) {
    var out = new ByteArrayOutputStream();
    try (InputStream in = unpack.of(new ByteArrayInputStream(bytes, at, bytes.length - at))) {
      byte[] buffer = new byte[8192];
      for (int read = in.read(buffer); read >= 0 && out.size() < MAX_UNPACKED; ) {
        out.write(buffer, 0, read);
        read = in.read(buffer);
      }
    } catch (IOException | RuntimeException e) {
      // It only looked like one, or ends early: what came out before is searched.
    }
    if (out.size() > 0) {
      into.add(out.toByteArray());
    }
  }
}
