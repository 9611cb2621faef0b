/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.plumbline.kafka.EventPublisher;

/** Holds that texts enter their topics by one door, and that streams can't read them. */
@AnalyzeClasses(packages = "dev.plumbline", importOptions = ImportOption.DoNotIncludeTests.class)
class SealingRulesTest {
  /**
   * Those who write topics without texts (dead letters, boundaries, versions), or copy examples
   * whose texts are as streams wrote them.
   */
  private static final String WRITERS_OF_NO_TEXT_OF_THEIR_OWN =
      "dev\\.plumbline\\.(feeds\\.ExactlyOnceWriter|trainer\\.LaneSession|app\\.rewards\\.Publication|app\\.lineage\\.RebuiltFeed)";

  /**
   * One sends the original bytes of a dead letter again, sealed as they were; the other what Kafka
   * Streams makes of the topology's output.
   */
  private static final String SENDERS_OF_WHAT_IS_SEALED =
      "dev\\.plumbline\\.(app\\.history\\.Redrive|streams\\.store\\.CommittingProducer)";

  @ArchTest
  static final ArchRule onlyThePublishersMakeRecords =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.plumbline.kafka")
          .and()
          .haveNameNotMatching(SENDERS_OF_WHAT_IS_SEALED)
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.apache.kafka.clients.producer.ProducerRecord");

  @ArchTest
  static final ArchRule textsGoThroughTheFeedbackPublisher =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.plumbline.kafka")
          .and()
          .haveNameNotMatching(WRITERS_OF_NO_TEXT_OF_THEIR_OWN)
          .should()
          .callMethodWhere(JavaCall.Predicates.target(owner(assignableTo(EventPublisher.class))));

  @ArchTest
  static final ArchRule streamsHoldNoKeys =
      noClasses()
          .that()
          .resideInAPackage("dev.plumbline.streams..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.plumbline.base.keys..", "dev.plumbline.kafka.sealing..");
}
