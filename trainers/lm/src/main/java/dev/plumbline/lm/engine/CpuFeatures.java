/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.lm.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What libtorch and MKL choose their kernels by. */
public final class CpuFeatures {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Pattern VECTOR_EXTENSION =
      Pattern.compile("sse4_.*|avx.*|fma|f16c|amx.*|asimd.*|sve.*|bf16|i8mm");

  private static final List<String> OVERRIDES =
      List.of("ATEN_CPU_CAPABILITY", "MKL_CBWR", "MKL_ENABLE_INSTRUCTIONS");

  private CpuFeatures() {}

  /**
   * Vendor and vector extensions, sorted ({@code unknown} where the system doesn't tell), then the
   * environment variables that override them.
   */
  public static String detect() {
    String overrides =
        OVERRIDES.stream()
            .filter(name -> System.getenv(name) != null)
            .map(name -> " " + name + "=" + System.getenv(name))
            .collect(Collectors.joining());
    try {
      return parse(Files.readAllLines(CPU_INFO)) + overrides;
    } catch (IOException e) {
      return "unknown" + overrides;
    }
  }

  static String parse(List<String> cpuInfo) {
    String vendor = value(cpuInfo, "vendor_id") + value(cpuInfo, "CPU implementer");
    String extensions =
        Arrays.stream((value(cpuInfo, "flags") + " " + value(cpuInfo, "Features")).split("\\s+"))
            .filter(VECTOR_EXTENSION.asMatchPredicate())
            .collect(Collectors.toCollection(TreeSet::new))
            .stream()
            .collect(Collectors.joining(" "));
    return (vendor + " " + extensions).strip();
  }

  private static String value(List<String> cpuInfo, String key) {
    return cpuInfo.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }
}
