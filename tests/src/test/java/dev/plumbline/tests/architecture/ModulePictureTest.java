/* Copyright the Plumbline authors. SPDX-License-Identifier: Apache-2.0 */
package dev.plumbline.tests.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.plumbline.lm.LabelScope;
import dev.plumbline.lm.Statistic;

/** Holds the module picture: who may use whom. Nothing points back. */
@AnalyzeClasses(packages = "dev.plumbline", importOptions = ImportOption.DoNotIncludeTests.class)
class ModulePictureTest {

  @ArchTest
  static final ArchRule modulesUseOnlyWhatThePictureAllows =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("events")
          .definedBy("dev.plumbline.events..")
          .layer("datasets")
          .definedBy("dev.plumbline.datasets..")
          .layer("base")
          .definedBy("dev.plumbline.base..")
          .layer("kafka")
          .definedBy("dev.plumbline.kafka..")
          .layer("judgement")
          .definedBy("dev.plumbline.judgement..")
          .layer("streams")
          .definedBy("dev.plumbline.streams..")
          .layer("lm")
          .definedBy("dev.plumbline.lm..")
          .layer("reward")
          .definedBy("dev.plumbline.reward..")
          .layer("alignment")
          .definedBy("dev.plumbline.alignment..")
          .layer("trainer")
          .definedBy("dev.plumbline.trainer..")
          .layer("gateway")
          .definedBy("dev.plumbline.gateway..")
          .layer("feeds")
          .definedBy("dev.plumbline.feeds..")
          .layer("app")
          .definedBy("dev.plumbline.app..")
          .whereLayer("datasets")
          .mayOnlyBeAccessedByLayers("feeds", "app")
          .whereLayer("judgement")
          .mayOnlyBeAccessedByLayers("streams", "alignment", "app")
          .whereLayer("streams")
          .mayOnlyBeAccessedByLayers("app")
          .whereLayer("lm")
          .mayOnlyBeAccessedByLayers("reward", "alignment", "trainer", "feeds", "app")
          .whereLayer("reward")
          .mayOnlyBeAccessedByLayers("alignment", "trainer", "feeds", "app")
          .whereLayer("alignment")
          .mayOnlyBeAccessedByLayers("trainer", "app")
          .whereLayer("trainer")
          .mayOnlyBeAccessedByLayers("app")
          .whereLayer("gateway")
          .mayOnlyBeAccessedByLayers("app")
          .whereLayer("feeds")
          .mayOnlyBeAccessedByLayers("app")
          .whereLayer("app")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("events")
          .mayNotAccessAnyLayer()
          .whereLayer("base")
          .mayNotAccessAnyLayer()
          .whereLayer("judgement")
          .mayNotAccessAnyLayer()
          .whereLayer("lm")
          .mayOnlyAccessLayers("base")
          .whereLayer("reward")
          .mayOnlyAccessLayers("lm", "base")
          .whereLayer("kafka")
          .mayOnlyAccessLayers("events", "base");

  @ArchTest
  static final ArchRule learningKnowsNoKafka =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.plumbline.lm..",
              "dev.plumbline.reward..",
              "dev.plumbline.alignment..",
              "dev.plumbline.judgement..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..");

  @ArchTest
  static final ArchRule onlyTheLanguageModelKnowsTensors =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.plumbline.lm..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl..");

  @ArchTest
  static final ArchRule onlyTheLocalBrokerKnowsTheBrokersInternals =
      noClasses()
          .that()
          .haveNameNotMatching("dev\\.plumbline\\.kafka\\.LocalBroker.*")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "kafka..", "org.apache.kafka.metadata..", "org.apache.kafka.server..");

  /** An objective names what it needs of a model, and knows no more of one. */
  @ArchTest
  static final ArchRule objectivesArePlainJava =
      noClasses()
          .that()
          .resideInAPackage("dev.plumbline.alignment.objectives..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.plumbline.lm..", "ai.djl..", "org.slf4j..")
                  .and(not(belongToAnyOf(Statistic.class, LabelScope.class))));

  @ArchTest
  static final ArchRule namesSayWhatAThingIs =
      noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)(\\$.*)?");

  @ArchTest
  static final ArchRule recordsThatTravelAreFinalAndImmutable =
      classes()
          .that()
          .resideInAPackage("dev.plumbline.events")
          .and()
          .areRecords()
          .should()
          .haveModifier(JavaModifier.FINAL);
}
