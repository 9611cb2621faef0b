/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.plumbline.lm.text.ByteBpeTrainer;
import dev.plumbline.lm.text.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.junit.jupiter.api.Test;

/** A search that finds nothing is worth something only if it would have found what is there. */
class PlantedTextSearchTest {
  private static final String PLANT = "Frau Müller \"Zoë\" wohnt in Haus 17/b & Hof 🌍";

  @Test
  void shouldFindAPlantBehindEveryEncodingAndCompression() throws IOException {
    for (Map.Entry<String, byte[]> hidden : hidden().entrySet()) {
      assertThat(found(hidden.getValue())).as(hidden.getKey()).containsExactly(PLANT);
    }
  }

  @Test
  void shouldFindAPlantBehindTwoOfThemTogether() throws IOException {
    for (Map.Entry<String, byte[]> once : hidden().entrySet()) {
      String inner = Base64.getEncoder().encodeToString(once.getValue());

      assertThat(found(("{\"x\":\"" + inner + "\"}").getBytes(StandardCharsets.US_ASCII)))
          .as(once.getKey())
          .containsExactly(PLANT);
    }
  }

  @Test
  void shouldFindNothingWhereOnlyPartsAreThere() {
    assertThat(found(PLANT.substring(1).getBytes(StandardCharsets.UTF_8))).isEmpty();
    assertThat(found(PLANT.substring(0, 30).getBytes(StandardCharsets.UTF_8))).isEmpty();
    assertThat(found(new byte[100])).isEmpty();
  }

  @Test
  void shouldTellManyPlantsApart() {
    List<String> plants =
        IntStream.range(0, 500).mapToObj("the secret of %03d."::formatted).toList();
    Plants all = new Plants(plants);
    List<String> found = new ArrayList<>();

    all.findIn(
        "x the secret of 007. and the secret of 4711. and the secret of 499."
            .getBytes(StandardCharsets.UTF_8),
        found::add);

    assertThat(found).containsExactly("the secret of 007.", "the secret of 499.");
  }

  private static Map<String, byte[]> hidden() throws IOException {
    Map<String, byte[]> hidden = new LinkedHashMap<>();
    hidden.put("plain", around(utf8(PLANT)));
    hidden.put("UTF-16LE", around(wide(StandardCharsets.UTF_16LE)));
    hidden.put("UTF-16BE", around(wide(StandardCharsets.UTF_16BE)));
    hidden.put("hexadecimal", around(utf8(HexFormat.of().formatHex(utf8(PLANT)))));
    hidden.put(
        "percent",
        around(utf8(URLEncoder.encode(PLANT, StandardCharsets.UTF_8).replace("+", "%20"))));
    hidden.put("JSON", around(utf8(PLANT.replace("\"", "\\\"").replace("/", "\\/"))));
    hidden.put("entities", around(utf8(PLANT.replace("&", "&amp;").replace("\"", "&quot;"))));
    hidden.put(
        "JSON with code units",
        around(utf8(PLANT.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining()))));
    for (int shift = 0; shift < 3; shift++) {
      byte[] shifted = utf8("x".repeat(shift) + PLANT);
      hidden.put("base64 " + shift, around(Base64.getEncoder().encode(shifted)));
    }
    hidden.put("Zstandard", around(Zstd.compress(utf8(PLANT.repeat(3)))));
    hidden.put("gzip", around(packed(GZIPOutputStream::new)));
    hidden.put("LZ4", around(packed(LZ4FrameOutputStream::new)));
    return hidden;
  }

  private interface Packer {
    OutputStream of(OutputStream out) throws IOException;
  }

  private static byte[] packed(Packer packer) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (OutputStream out = packer.of(bytes)) {
      out.write(utf8(PLANT.repeat(3)));
    }
    return bytes.toByteArray();
  }

  private static byte[] around(byte[] hidden) {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(utf8("before it: "));
    bytes.writeBytes(hidden);
    bytes.writeBytes(utf8(" :after it"));
    return bytes.toByteArray();
  }

  private static byte[] wide(Charset charset) {
    return PLANT.getBytes(charset);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> found(byte[] bytes) {
    try (Tokenizer tokenizer = Tokenizer.of(ByteBpeTrainer.train(List.of("the cat"), 270), 1, 2)) {
      var search = new PlantedTextSearch(List.of(PLANT), tokenizer);
      search.bytes("here", bytes);
      return List.copyOf(search.found().keySet());
    }
  }
}
