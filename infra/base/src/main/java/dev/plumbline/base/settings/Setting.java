/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Documents one component of a settings record. The key is the component's name in snake case:
 * {@code perDeviceBatchSize} is read from {@code per_device_batch_size}.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Setting {

  /** Stands for "no default": the value must be given, unless the component is nullable. */
  String REQUIRED = "\0required";

  /** What the value means, in one sentence for the reference table. */
  String doc();

  /** The default, written as in YAML; a list is written with commas. */
  String defaultValue() default REQUIRED;

  /** The smallest allowed value, in the notation of the component's type; empty for no bound. */
  String min() default "";

  /** The largest allowed value, in the notation of the component's type; empty for no bound. */
  String max() default "";

  /** True for a value that is never printed. */
  boolean secret() default false;
}
