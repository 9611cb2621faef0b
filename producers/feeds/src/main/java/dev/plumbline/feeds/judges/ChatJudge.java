/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.feeds.judges;

import dev.plumbline.events.AnnotatorKind;
import dev.plumbline.feeds.judges.chat.ChatClient;
import dev.plumbline.feeds.judges.chat.ChatQuestion;
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
   */
  public ChatJudge(ChatClient client, Questions questions) {
    this.client = client;
    this.questions = questions;
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
              } catch (InterruptedException | RuntimeException | Error e) {
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
    List<List<ChatQuestion>> asked = tasks.stream().map(questions::about).toList();
    List<Callable<ChatReply>> asking =
        asked.stream()
            .flatMap(List::stream)
            .<Callable<ChatReply>>map(question -> () -> client.ask(question))
            .toList();
    // When interrupted, it interrupts all that still ask.
    List<ChatReply> replies = threads.invokeAll(asking).stream().map(ChatJudge::reply).toList();
    List<Opinion> opinions = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < tasks.size(); i++) {
      int to = from + asked.get(i).size();
      opinions.add(questions.opinion(tasks.get(i), replies.subList(from, to)));
      from = to;
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
