/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * How far annotators agree beyond chance: Krippendorff's alpha, Cohen's and Fleiss' kappa. Says
 * nothing of who is right.
 */
@NullMarked
package dev.plumbline.judgement.agreement;

import org.jspecify.annotations.NullMarked;
