/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds;

import dev.plumbline.base.settings.Setting;

/** Settings of {@link PromptLoop}. */
public record PromptSettings(
    @Setting(doc = "The policy that is asked.", defaultValue = "assistant") String policy,
    @Setting(
            doc = "How many prompts may wait for the sampler.",
            defaultValue = "64",
            min = "1",
            max = "100000")
        int ahead,
    @Setting(
            doc = "Prompts per second; 0 for as fast as the sampler takes them.",
            defaultValue = "0",
            min = "0")
        double promptsPerSecond) {}
