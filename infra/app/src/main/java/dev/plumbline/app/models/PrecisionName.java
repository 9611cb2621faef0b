/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app.models;

import dev.plumbline.lm.Precision;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Precisions by the names that PyTorch and TRL have for them. */
public final class PrecisionName implements ITypeConverter<Precision> {
  @Override
  public Precision convert(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "float32", "fp32" -> Precision.FLOAT32;
      case "float64", "fp64" -> Precision.FLOAT64;
      case "bfloat16", "bf16" -> Precision.BFLOAT16;
      default ->
          throw new TypeConversionException(
              "must be float32, float64 or bfloat16, but was '" + name + "'");
    };
  }
}
