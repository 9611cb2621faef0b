/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.pocket;

import dev.plumbline.base.progress.Progress;
import dev.plumbline.feeds.pocket.PocketReviews.Review;
import dev.plumbline.lm.AdamW;
import dev.plumbline.lm.AdamWConfig;
import dev.plumbline.lm.Adapter;
import dev.plumbline.lm.CausalLanguageModel;
import dev.plumbline.lm.EngineOptions;
import dev.plumbline.lm.ForwardPass;
import dev.plumbline.lm.Gradients;
import dev.plumbline.lm.NextTokenLoss;
import dev.plumbline.lm.StepReport;
import dev.plumbline.lm.TokenRow;
import dev.plumbline.lm.family.LlamaConfig;
import dev.plumbline.lm.text.ByteBpeTrainer;
import dev.plumbline.lm.text.Tokenizer;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Makes the pocket policy: a tokenizer and a small model that write {@link PocketReviews}, as a
 * Hugging Face directory with a {@link PretrainRecord} beside it. The bytes are a function of the
 * settings and the engine's fingerprint.
 */
public final class PocketPretraining {
  /** Ids that {@link ByteBpeTrainer} gives to the marks of start and end. */
  private static final int BOS = 1;

  private static final int EOS = 2;

  /** Share of the steps after which the learning rate falls, and the factors it then has. */
  private static final List<Phase> PHASES =
      List.of(new Phase(0, 1), new Phase(0.65, 0.3), new Phase(0.88, 0.1));

  private static final double WARMUP_SHARE = 0.03;
  private static final int CURVE_POINTS = 25;

  /** Texts from this number on are never trained on. */
  private static final long FIRST_HELD_OUT_TEXT = 1L << 40;

  private static final int HELD_OUT_BATCHES = 8;

  private final PretrainSettings settings;
  private final PocketReviews reviews;

  private record Phase(double fromShare, double factor) {}

  public PocketPretraining(PretrainSettings settings) {
    this.settings = settings;
    this.reviews = new PocketReviews(settings.seed());
  }

  /**
   * Pretrains and writes the directory.
   *
   * @param directory absent or empty
   * @param progress advanced by one for each step
   * @throws DirectoryNotEmptyException when something is in the directory already
   */
  public PretrainRecord writeTo(Path directory, EngineOptions engine, Progress progress)
      throws IOException {
    Files.createDirectories(directory);
    try (Stream<Path> present = Files.list(directory)) {
      if (present.findAny().isPresent()) {
        throw new DirectoryNotEmptyException(directory + " (expected an empty or absent folder)");
      }
    }
    byte[] tokenizerJson =
        ByteBpeTrainer.train(texts(settings.tokenizerTexts()), settings.vocabularySize());
    LlamaConfig config = settings.config(BOS, EOS);
    try (CausalLanguageModel model =
        CausalLanguageModel.initialize("pocket", config, tokenizerJson, settings.seed(), engine)) {
      List<PretrainRecord.LossPoint> curve = train(model, progress);
      Map<String, byte[]> files = new TreeMap<>(model.files());
      files.put(TokenizerConfig.FILE, TokenizerConfig.bytes());
      PretrainRecord record =
          PretrainRecord.of(settings, model.fingerprint(), curve, heldOutLoss(model), files);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Files.write(directory.resolve(file.getKey()), file.getValue());
      }
      Files.write(directory.resolve(PretrainRecord.FILE), record.toJson());
      return record;
    }
  }

  private List<PretrainRecord.LossPoint> train(CausalLanguageModel model, Progress progress) {
    List<PretrainRecord.LossPoint> curve = new ArrayList<>();
    int every = Math.max(1, settings.steps() / CURVE_POINTS);
    AdamW optimizer = AdamW.create(optimizerConfig(1), model.weights());
    try {
      for (int step = 0; step < settings.steps(); step++) {
        double factor = factorAt(step);
        if (step > 0 && factor != factorAt(step - 1)) {
          byte[] state = optimizer.state();
          optimizer.close();
          optimizer = AdamW.restore(optimizerConfig(factor), model.weights(), state);
        }
        double loss = learn(model, optimizer, batch(model.tokenizer(), firstText(step)));
        if (step % every == 0 || step == settings.steps() - 1) {
          curve.add(new PretrainRecord.LossPoint(step + 1, loss));
        }
        progress.advance(1);
      }
    } finally {
      optimizer.close();
    }
    return curve;
  }

  private static double learn(CausalLanguageModel model, AdamW optimizer, List<TokenRow> rows) {
    try (ForwardPass pass = model.forwardFull(rows)) {
      NextTokenLoss loss = NextTokenLoss.of(pass.statistics());
      try (Gradients gradients = pass.pullBack(loss.logProbDerivatives())) {
        return switch (optimizer.step(gradients)) {
          case StepReport.Applied applied -> loss.value();
          case StepReport.Refused refused ->
              throw new ArithmeticException(refused + "; a lower learning_rate helps");
        };
      }
    }
  }

  private double heldOutLoss(CausalLanguageModel model) {
    double sum = 0;
    for (int i = 0; i < HELD_OUT_BATCHES; i++) {
      long first = FIRST_HELD_OUT_TEXT + (long) i * settings.batchSize();
      sum += NextTokenLoss.of(model.score(batch(model.tokenizer(), first), Adapter.none())).value();
    }
    return sum / HELD_OUT_BATCHES;
  }

  private long firstText(int step) {
    return (long) step * settings.batchSize();
  }

  private List<TokenRow> batch(Tokenizer tokenizer, long firstText) {
    return LongStream.range(firstText, firstText + settings.batchSize())
        .mapToObj(reviews::review)
        .map(review -> row(tokenizer, review))
        .toList();
  }

  /** Prompt and completion are encoded apart, as the loop does. Every label counts. */
  private static TokenRow row(Tokenizer tokenizer, Review review) {
    int[] prompt = tokenizer.encodePrompt(review.prompt().text());
    int[] ids = TokenRow.of(prompt, tokenizer.encodeWithEos(review.completion())).ids();
    return new TokenRow(ids, 1);
  }

  private List<String> texts(int count) {
    return LongStream.range(0, count).mapToObj(number -> reviews.review(number).text()).toList();
  }

  private AdamWConfig optimizerConfig(double factor) {
    int warmupSteps = (int) (settings.steps() * WARMUP_SHARE);
    return new AdamWConfig(settings.learningRate() * factor, 0.9, 0.99, 1e-8, 0.01, 1, warmupSteps);
  }

  private double factorAt(int step) {
    double share = (double) step / settings.steps();
    double factor = 1;
    for (Phase phase : PHASES) {
      factor = share >= phase.fromShare() ? phase.factor() : factor;
    }
    return factor;
  }
}
