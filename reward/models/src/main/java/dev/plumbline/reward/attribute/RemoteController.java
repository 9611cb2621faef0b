/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.reward.attribute;

/** A controller that is asked elsewhere: whoever implements it owns the connection. */
public non-sealed interface RemoteController extends AttributeController {}
