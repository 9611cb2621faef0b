/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.base.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {

  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  private static final List<String> SCALARS =
      List.of(
          "loss",
          "eval_loss",
          "rewards/chosen",
          "rewards/rejected",
          "rewards/margins",
          "eval_rewards/margins",
          "logps/chosen",
          "logps/rejected",
          "kl/chosen",
          "eval_kl/chosen",
          "kl/margin",
          "grad_norm",
          "learning_rate",
          "entropy",
          "num_tokens");

  @TempDir Path folder;
  private Instant now = START;
  private RunLog log;

  @BeforeEach
  void startRun() {
    InstantSource clock = () -> now;
    log = RunLog.start(folder, clock);
  }

  @Test
  void shouldShowEveryScalarWithoutReferringToAnythingOutside() throws IOException {
    for (long step = 1; step <= 100; step++) {
      now = START.plus(Duration.ofSeconds(step));
      for (int i = 0; i < SCALARS.size(); i++) {
        log.log(step, Map.of(SCALARS.get(i), i + Math.sin((double) step)));
      }
    }

    String html = report();

    for (String scalar : SCALARS) {
      assertThat(html).contains("data-name=\"%s\"".formatted(scalar));
      assertThat(html).contains("<td class=\"name\">%s</td>".formatted(ChartGroups.twin(scalar)));
    }
    assertThat(html).doesNotContain("http", "src=", "href=", "url(", "@import", "NaN");
    assertThat(found(html, "<h2>([^<]+)</h2>"))
        .containsExactly(
            "Optimization",
            "Rewards",
            "Reward against KL",
            "KL",
            "Log-probabilities",
            "Others",
            "Values",
            "Settings");
    assertThat(html).contains("<dt>duration</dt><dd>1 min 39 s</dd>", "<dt>steps</dt><dd>100</dd>");
  }

  @Test
  void shouldDrawTwinsAndChosenAndRejectedInOneChart() throws IOException {
    for (long step = 1; step <= 3; step++) {
      for (String name : List.of("kl/rejected", "kl/chosen", "eval_kl/chosen", "rewards/chosen")) {
        log.log(step, Map.of(name, 1.0 * step));
      }
    }

    String html = report();

    assertThat(found(html, "<figcaption><strong>([^<]+)</strong>"))
        .containsExactly(
            "rewards: chosen and rejected",
            "rewards/chosen over kl/rejected",
            "rewards/chosen over kl/chosen",
            "kl: chosen and rejected");
    String kl = html.substring(html.indexOf("<strong>kl: chosen and rejected"));
    assertThat(found(kl, "data-name=\"([^\"]+)\""))
        .containsExactly("kl/rejected", "kl/chosen", "eval_kl/chosen");
  }

  @Test
  void shouldPlotRewardOverKlOfTheSameStepAndData() throws IOException {
    log.log(1, Map.of("rewards/margins", 0.25, "kl/rejected", 0.5));
    log.log(2, Map.of("rewards/margins", 0.75));
    log.log(3, Map.of("rewards/margins", 1.25, "kl/rejected", Double.NaN));
    log.log(4, Map.of("rewards/margins", 1.75, "kl/rejected", 2.5));
    log.log(4, Map.of("eval_rewards/margins", 9.0));

    assertThat(report())
        .contains(
            "data-name=\"rewards/margins\" data-steps=\"1 4\" data-values=\"0.25 1.75\" data-x=\"0.5 2.5\"");
  }

  @Test
  void shouldSayWhatWasNotFinite() throws IOException {
    log.log(1, Map.of("grad_norm", 1.5));
    log.log(2, Map.of("grad_norm", Double.NaN));
    log.log(3, Map.of("grad_norm", Double.POSITIVE_INFINITY));
    log.log(3, Map.of("eval_loss", Double.NaN));

    assertThat(report())
        .contains(
            "grad_norm not finite at 2 steps (first: step 2)",
            "eval_loss not finite at 1 step (first: step 3)",
            "data-steps=\"1\" data-values=\"1.5\"",
            "<tr><td class=\"name\">grad_norm</td><td>1.5</td><td>not finite</td>");
  }

  @Test
  void shouldEscapeWhatOthersWrote() throws IOException {
    log.log(1, Map.of("<b>\"'&", 1.0));
    log.text("<i>tag", "</pre><script>alert('x')</script>");

    Path file =
        HtmlReport.write(folder, "</title><script>1", Map.of("<key>", "\"><img onerror='x'>"));

    String html = Files.readString(file);
    assertThat(found(html, "<script>(.{0,2})")).containsExactly("");
    assertThat(html)
        .doesNotContain("<b>", "<i>", "<img", "<key>")
        .contains(
            "&lt;b&gt;&quot;&#39;&amp;",
            "&lt;/pre&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;",
            "&quot;&gt;&lt;img onerror=&#39;x&#39;&gt;");
  }

  @Test
  void shouldShowTheNewestTextsFirst() throws IOException {
    for (long step = 1; step <= 5; step++) {
      log.log(step, Map.of());
      log.text("samples", "text of " + step);
    }

    assertThat(found(report(), "<pre>([^<]+)</pre>"))
        .containsExactly("text of 5", "text of 4", "text of 3");
    assertThat(report()).contains("2 earlier of samples in texts.jsonl");
  }

  @Test
  void shouldKeepSpikesOfALongRunAndStaySmall() throws IOException {
    for (long step = 1; step <= 20_000; step++) {
      log.log(step, Map.of("loss", step == 12_345 ? 77.0 : Math.sin((double) step)));
    }

    assertThat(report())
        .hasSizeLessThan(60_000)
        .containsPattern("data-values=\"[^\"]* 77 [^\"]*\"");
  }

  @Test
  void shouldReportARunThatIsStillEmpty() throws IOException {
    assertThat(report()).contains("<dt>steps</dt><dd>0</dd>");
  }

  private String report() throws IOException {
    return Files.readString(HtmlReport.write(folder, "assistant", Map.of("beta", "0.1")));
  }

  private static List<String> found(String html, String pattern) {
    return Pattern.compile(pattern).matcher(html).results().map(hit -> hit.group(1)).toList();
  }
}
