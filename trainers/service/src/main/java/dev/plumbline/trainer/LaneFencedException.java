/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.trainer;

import dev.plumbline.events.PolicyVersionId;

/** Another process has taken the lane over: nothing this one still does can become visible. */
public final class LaneFencedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LaneFencedException(String lane, Throwable cause) {
    super(message(lane, "the cluster says so"), cause);
  }

  LaneFencedException(String lane, PolicyVersionId published) {
    super(message(lane, "it has published " + published));
  }

  private static String message(String lane, String evidence) {
    return "lane %s was taken over by another process (%s); this one has published nothing since and stops"
        .formatted(lane, evidence);
  }
}
