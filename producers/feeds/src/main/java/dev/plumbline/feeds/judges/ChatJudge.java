/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.feeds.judges.chat.ChatClient;
import dev.plumbline.feeds.judges.chat.ChatReply;
import dev.plumbline.feeds.judges.chat.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Judges by asking a language model. All questions about a batch of tasks are asked at once, as far
 * as the client's pace allows.
 */
public final class ChatJudge implements Judge {
  private final ChatClient client;
  private final Questions questions;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("judge-", 0).factory());

  /**
   * @param client closed with the judge
   * @throws IllegalArgumentException when the template lacks a place
   */
  public ChatJudge(ChatClient client, QuestionSettings settings) {
    this.client = client;
    this.questions = Questions.of(settings);
  }

  @Override
  public AnnotatorKind kind() {
    return AnnotatorKind.MODEL;
  }

  @Override
  public Condition condition() {
    return client.condition();
  }

  @Override
  public CompletableFuture<List<Opinion>> judge(List<Judgeable> tasks) {
    CompletableFuture<List<Opinion>> opinions = new CompletableFuture<>();
    Future<?> asking =
        threads.submit(
            () -> {
              try {
                opinions.complete(ask(tasks));
              } catch (InterruptedException | RuntimeException e) {
                opinions.completeExceptionally(e);
              }
            });
    var unused =
        opinions.whenComplete(
            (done, failure) -> {
              if (opinions.isCancelled()) {
                asking.cancel(true);
              }
            });
    return opinions;
  }

  @Override
  public void close() {
    client.close();
    threads.shutdownNow();
  }

  private List<Opinion> ask(List<Judgeable> tasks) throws InterruptedException {
    List<Callable<ChatReply>> asks =
        tasks.stream()
            .flatMap(task -> questions.about(task).stream())
            .<Callable<ChatReply>>map(question -> () -> client.ask(question))
            .toList();
    // When interrupted, it interrupts all that still ask.
    var replies = threads.invokeAll(asks).stream().map(ChatJudge::reply).iterator();
    List<Opinion> opinions = new ArrayList<>();
    for (Judgeable task : tasks) {
      List<ChatReply> own = new ArrayList<>();
      for (int i = questions.about(task).size(); i > 0; i--) {
        own.add(replies.next());
      }
      opinions.add(questions.opinion(task, own));
    }
    return opinions;
  }

  private static ChatReply reply(Future<ChatReply> asked) {
    return switch (asked.state()) {
      case SUCCESS -> asked.resultNow();
      case FAILED ->
          throw asked.exceptionNow() instanceof RuntimeException failure
              ? failure
              : new IllegalStateException("a question failed", asked.exceptionNow());
      case CANCELLED, RUNNING -> throw new IllegalStateException("a question was not asked");
    };
  }
}
