/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.app;

import dev.plumbline.base.keys.KeySettings;
import dev.plumbline.base.settings.Setting;
import dev.plumbline.feeds.AnnotatorSettings;
import dev.plumbline.feeds.ImportSettings;
import dev.plumbline.feeds.PromptSettings;
import dev.plumbline.feeds.ReplaySettings;
import dev.plumbline.feeds.SamplerSettings;
import dev.plumbline.feeds.judges.JudgeSettings;
import dev.plumbline.gateway.GatewaySettings;
import dev.plumbline.kafka.KafkaSettings;
import dev.plumbline.kafka.TopicLayout;
import dev.plumbline.streams.StreamsSettings;
import dev.plumbline.trainer.LaneSettings;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The settings file: one section per role, so that all roles of an installation can share it. */
record AppSettings(
    @Setting(
            doc = "Folder of everything that must outlive the process.",
            defaultValue = ".plumbline")
        Path data,
    @Setting(
            doc =
                "The base model, a Hugging Face directory; the pocket policy that Plumbline brings along when not set.")
        @Nullable Path model,
    @Setting(
            doc =
                "What the loop learns by: dpo or tdpo2 from annotators, online_dpo from a judge's preferences, grpo, rloo or rldaf from a judge's scores; sets defaults of the sections below.",
            defaultValue = "dpo")
        Loop objective,
    @Setting(
            doc =
                "Threads of the tensor engine for each model; results of 1 and 2 differ in their last bits.",
            defaultValue = "1",
            min = "1",
            max = "256")
        int engineThreads,
    @Setting(
            doc = "Where models live: cpu, cuda or cuda:N; see infra/docs/models.md.",
            defaultValue = "cpu")
        String engineDevice,
    @Setting(
            doc = "Port of the embedded broker that up starts; the next one is taken too.",
            defaultValue = "9092",
            min = "1",
            max = "65534")
        int brokerPort,
    @Setting(
            doc =
                "Port of /metrics and /health for a role without gateway; not served when not set.",
            min = "1",
            max = "65535")
        @Nullable Integer monitoringPort,
    @Setting(doc = "The cluster.") KafkaSettings kafka,
    @Setting(doc = "How topics are divided.") TopicLayout topics,
    @Setting(doc = "The keys under which text is sealed.") KeySettings keys,
    @Setting(doc = "HTTP, live page.") GatewaySettings gateway,
    @Setting(doc = "Feedback to examples.") StreamsSettings streams,
    @Setting(doc = "Examples to versions.") LaneSettings trainer,
    @Setting(doc = "Prompts to completions.") SamplerSettings sampler,
    @Setting(doc = "The loop's prompts.") PromptSettings prompts,
    @Setting(doc = "The simulated annotators.") AnnotatorSettings annotators,
    @Setting(doc = "A judge of completions.") JudgeSettings judge,
    @Setting(doc = "What annotators said elsewhere, to import.")
        @Nullable ImportSettings feedbackImport,
    @Setting(doc = "A preference file to replay.") @Nullable ReplaySettings replay) {}
